{% set name = interface.name %}
{% set NAME = name | upper %}
/* SPDX-License-Identifier: Apache-2.0 */
{{ ["Calls to a server of " ~ name ~ ". They return its status, or why the kernel could not reach"
    ~ " it, and write results on STATUS_OK only."] | comment -}}
#ifndef GEN_{{ NAME }}_CLIENT_H
#define GEN_{{ NAME }}_CLIENT_H

#include "gen/{{ name }}.h"
#include "ipc/status.h"
#include "servers/rt/syscall.h"
{% for method in interface.methods %}

{{ method.docs | comment(0, c.notes(method)) -}}
{{ wrap("static inline status_t " ~ name ~ "_" ~ method.name ~ "(",
        ["handle_t " ~ name] + c.inputs(method) + c.outputs(method), ")") }}
{
	struct message message;
{% if method.results %}
	status_t answer;
{% endif %}

	rt_call_begin(&message, {{ c.macro("label", method.name) }});
{% for word in method.arguments %}
	message.words[{{ loop.index0 }}] = {{ word.name }};
{% endfor %}
{% if method.results %}
	answer = rt_call({{ name }}, &message);
	if (answer != STATUS_OK)
		return answer;
{% for refusal in c.refusals(method.results, "message.words") %}
{{ wrap("if (", refusal, ")", 1, " && ") }}
		return STATUS_BAD_ARGUMENT;
{% endfor %}
{% for word in method.results %}
	*{{ word.name }} = message.words[{{ loop.index0 }}];
{% endfor %}
	return STATUS_OK;
{% else %}
	return rt_call({{ name }}, &message);
{% endif %}
}
{% endfor %}

#endif
