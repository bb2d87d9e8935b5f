{# SPDX-License-Identifier: Apache-2.0
   One case of a switch over labels: checks the words, calls the function, stores the results. #}
{% macro answer(c, method, function, first, optional) %}
{% set narrow = method.results | rejectattr("type", "sameas", u64) | list %}
	case {{ c.macro("label", method.name) }}:{{ " {" if narrow }}
{% for word in narrow %}
		{{ c.type(word.type) }} {{ word.name }} = 0;
{% endfor %}
{% if narrow %}
		status_t answer;

{% endif %}
{% if optional %}
		if (!{{ function }})
			break;
{% endif %}
{% for refusal in c.refusals(method.arguments, "words") %}
{{ wrap("if (", refusal, ")", 2, " && ") }}
			return STATUS_BAD_ARGUMENT;
{% endfor %}
{{ wrap(("answer = " if narrow else "return ") ~ function ~ "(",
        first + c.words(method), ");", 2) }}
{% for word in narrow %}
		words[{{ method.results.index(word) }}] = {{ word.name }};
{% endfor %}
{% if narrow %}
		return answer;
	}
{% endif %}
{% endmacro %}
