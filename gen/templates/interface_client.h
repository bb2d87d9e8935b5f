{% set NAME = interface.name | upper %}
/* SPDX-License-Identifier: Apache-2.0 */
/* Calls to a server of {{ interface.name }}: one function a method, which returns the server's status. */
#ifndef GEN_{{ NAME }}_CLIENT_H
#define GEN_{{ NAME }}_CLIENT_H

#include "gen/{{ interface.name }}.h"
#include "ipc/status.h"
#include "servers/rt/syscall.h"
{% for method in interface.methods %}
{% set label = ".label = " ~ c.macro("label", method.name) %}
{% set words = method.arguments | map(attribute="name") | join(", ") %}

{{ method.docs | comment -}}
{{ wrap("static inline status_t " ~ interface.name ~ "_" ~ method.name,
        ["handle_t " ~ interface.name] + c.inputs(method) + c.outputs(method)) }}
{
	struct message message = {
		{{ label }},
{% if words %}
		.words = { {{ words }} },
{% endif %}
	};
{% if method.results %}
	status_t answer = rt_call({{ interface.name }}, &message);

	if (answer != STATUS_OK)
		return answer;
{% for word in method.results if c.refusal(word, "") %}
	if ({{ c.refusal(word, "message.words[" ~ method.results.index(word) ~ "]") }})
		return STATUS_BAD_ARGUMENT;
{% endfor %}
{% for word in method.results %}
	*{{ word.name }} = message.words[{{ loop.index0 }}];
{% endfor %}
	return STATUS_OK;
{% else %}

	return rt_call({{ interface.name }}, &message);
{% endif %}
}
{% endfor %}

#endif
