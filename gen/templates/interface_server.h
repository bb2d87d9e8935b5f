{% from "answer.h" import answer with context %}
{% set name = interface.name %}
{% set NAME = name | upper %}
/* SPDX-License-Identifier: Apache-2.0 */
/* What a server of {{ name }} provides, and how a message finds its function. */
#ifndef GEN_{{ NAME }}_SERVER_H
#define GEN_{{ NAME }}_SERVER_H

#include "gen/{{ name }}.h"
#include "ipc/status.h"

/* `badge` is that of the caller's handle. A method left out is STATUS_NOT_SUPPORTED. */
struct {{ name }}_server {
{% for method in interface.methods %}
{{ method.docs | comment(1, c.notes(method)) }}
{{- wrap("status_t (*" ~ method.name ~ ")(",
         ["uint64_t badge"] + c.inputs(method) + c.outputs(method), ");", 1) }}
{% endfor %}
};

/*
 * Answers one message: what is out of its documented range never reaches the server. Results
 * replace the first words; those behind them stay the caller's own, so nothing leaks.
 */
{{ wrap("static inline status_t " ~ name ~ "_dispatch(",
        ["const struct " ~ name ~ "_server *server", "struct message *message"], ")") }}
{
{% if interface.methods | selectattr("words") | list %}
	uint64_t *words = message->words;

{% endif %}
	switch (message->label) {
{% for method in interface.methods %}
{{ answer(c, method, "server->" ~ method.name, ["message->badge"], true) -}}
{% endfor %}
	}
	return STATUS_NOT_SUPPORTED;
}

#endif
