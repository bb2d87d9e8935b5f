{% set name = interface.name %}
{% set NAME = name | upper %}
/* SPDX-License-Identifier: Apache-2.0 */
{{ interface.docs | comment -}}
#ifndef GEN_{{ NAME }}_H
#define GEN_{{ NAME }}_H

{% if interface.structs %}
#include <stddef.h>
{% endif %}
#include <stdint.h>
{% for other in interface.uses %}
{{ "\n" if loop.first }}#include "gen/{{ other }}.h"
{% endfor %}
{% if interface.methods %}
{{ "\n" if not interface.uses }}#include "ipc/message.h"
{% endif %}

#define {{ NAME }}_INTERFACE {{ interface.id.token }}
{% if interface.version %}
#define {{ NAME }}_VERSION {{ interface.version.token }}
{% endif %}
{% for method in interface.methods %}
#define {{ c.macro("label", method.name) }} MESSAGE_LABEL({{ NAME }}_INTERFACE, {{ method.id.token }})
{% endfor %}
{% for const in interface.consts %}
{{ "\n" if loop.first }}{{ const.docs | comment }}#define {{ c.macro(const.name) }} {{ c.literal(const) }}
{% endfor %}
{% for enum in interface.enums %}

{{ enum.docs | comment }}{{ c.type(enum) }} {
{% for one in enum["values"] %}
{{ documented(c.macro(enum.name, one.name) ~ " = " ~ one.value.token ~ ",", one.docs) }}
{%- endfor %}
};
{% endfor %}
{% for struct in interface.structs %}

{% if struct.version %}
#define {{ c.macro(struct.name, "version") }} {{ struct.version.number }}
#define {{ c.macro(struct.name, "oldest") }} {{ struct.oldest.number }}
{% for version, size in struct.prefixes %}
#define {{ c.macro(struct.name, "size", version | string) }} {{ size }}
{% endfor %}

{% endif %}
{{ struct.docs | comment }}{{ c.type(struct) }} {
{% for field in struct.fields %}
{{ c.field(field) }}
{%- endfor %}
};

_Static_assert(sizeof({{ c.type(struct) }}) == {{ struct.size }}, "{{ struct.name }}");
{% for field in struct.fields %}
_Static_assert(offsetof({{ c.type(struct) }}, {{ field.name }}) == {{ field.offset }}, "{{ field.name }}");
{% endfor %}
{% endfor %}

#endif
