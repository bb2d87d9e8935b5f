{% set NAME = interface.name | upper %}
/* SPDX-License-Identifier: Apache-2.0 */
/* What a server of {{ interface.name }} provides, and how a message finds its function. */
#ifndef GEN_{{ NAME }}_SERVER_H
#define GEN_{{ NAME }}_SERVER_H

#include "gen/{{ interface.name }}.h"
#include "ipc/status.h"

/* A method left out is answered with STATUS_NOT_SUPPORTED. */
struct {{ interface.name }}_server {
{% for method in interface.methods %}
{{ method.docs | comment(1) }}{{ "" -}}
{{ wrap("status_t (*" ~ method.name ~ ")",
        ["uint64_t badge"] + c.inputs(method) + c.outputs(method), ";", 1) }}
{% endfor %}
};

/*
 * Results replace the first words of the message. The words behind them stay as the caller sent
 * them, so nothing of the server's leaks.
 */
{{ wrap("static inline status_t " ~ interface.name ~ "_dispatch",
        ["const struct " ~ interface.name ~ "_server *server", "struct message *message"]) }}
{
{% if interface.methods | selectattr("words") | list %}
	uint64_t *words = message->words;

{% endif %}
	switch (message->label) {
{% for method in interface.methods %}
{% set narrow = method.results | rejectattr("type", "sameas", u64) | list %}
	case {{ c.macro("label", method.name) }}:{{ " {" if narrow }}
{% for word in narrow %}
		{{ c.type(word.type) }} {{ word.name }} = 0;
{% endfor %}
{% if narrow %}
		status_t answer;

{% endif %}
		if (!server->{{ method.name }})
			break;
{% for word in method.arguments if c.refusal(word, "") %}
		if ({{ c.refusal(word, "words[" ~ method.arguments.index(word) ~ "]") }})
			return STATUS_BAD_ARGUMENT;
{% endfor %}
{{ wrap(("answer = server->" if narrow else "return server->") ~ method.name,
        ["message->badge"] + c.words(method), ";", 2) }}
{% for word in narrow %}
		words[{{ method.results.index(word) }}] = {{ word.name }};
{% endfor %}
{% if narrow %}
		return answer;
	}
{% endif %}
{% endfor %}
	}
	return STATUS_NOT_SUPPORTED;
}

#endif
