{% from "answer.h" import answer with context %}
{% set name = interface.name %}
{% set NAME = name | upper %}
/* SPDX-License-Identifier: Apache-2.0 */
/* What the server {{ name }} does with its state, by functions of its own, declared here. */
#ifndef GEN_{{ NAME }}_EVENTS_H
#define GEN_{{ NAME }}_EVENTS_H

{% for other in interface.served %}
#include "gen/{{ other }}.h"
{% endfor %}
#include "ipc/message.h"
#include "ipc/status.h"
{% for struct in interface.kept if struct.version %}
#include "servers/rt/durable.h"

/* The members of server_durable that do not depend on code. */
#define {{ NAME }}_DURABLE .magic = DURABLE_MAGIC, .version = {{ c.macro(struct.name, "version") }}, \
	.oldest = {{ c.macro(struct.name, "oldest") }}, .size = sizeof({{ c.type(struct) }})
{% endfor %}
{% for struct in interface.kept if struct.rebuilt %}

/* The server's own, too; zero at the start of each life. */
extern {{ c.type(struct) }} {{ name }}_{{ struct.name }};
{% endfor %}
{% for event in interface.events %}
{% set pointers = c.pointers(event, interface.kept) %}

{% if event.method %}
{{ (event.docs or event.method.docs) | comment(0, c.notes(event.method)) }}
{{- wrap("status_t " ~ c.handler(event) ~ "(",
         pointers + ["uint64_t badge"] + c.inputs(event.method) + c.outputs(event.method), ");") }}
{% else %}
{{ event.docs | comment }}
{{- wrap("void " ~ c.handler(event) ~ "(", pointers + ["uint64_t bits"], ");") }}

static inline void {{ name }}_signal(uint64_t bits)
{
{{ wrap(c.handler(event) ~ "(", c.places(interface.kept) + ["bits"], ");", 1) }}
}
{% endif %}
{% endfor %}
{% if interface.calls %}
{% set first = interface.calls[0] %}

/* Answers one message, as the dispatcher of its interface would; the first is the fastest. */
static inline status_t {{ name }}_message(struct message *message)
{
{% if interface.calls | selectattr("method.words") | list %}
	uint64_t *words = message->words;

{% endif %}
	switch (__builtin_expect(message->label, {{ names(first.interface).macro("label", first.method.name) }})) {
{% for event in interface.calls %}
{{ answer(names(event.interface), event.method, c.handler(event),
          c.places(interface.kept) + ["message->badge"], false) -}}
{% endfor %}
	}
	return STATUS_NOT_SUPPORTED;
}
{% endif %}

#endif
