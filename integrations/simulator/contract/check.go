package contract

import (
	"fmt"
	"sort"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Check validates a decoded JSON value against a schema and returns every deviation,
// as "path: what". Subtypes are checked against their own schema.
func (s *Spec) Check(v any, schema *openapi3.Schema) []string {
	var out []string
	if err := schema.VisitJSON(v, options()...); err != nil {
		out = append(out, short(err))
	}
	return append(out, s.undeclared("", v, schema)...)
}

// undeclared walks a value beside its schema and names properties that no schema
// declares.
func (s *Spec) undeclared(path string, v any, schema *openapi3.Schema) []string {
	var out []string
	switch v := v.(type) {
	case []any:
		item := itemsOf(schema)
		for i, x := range v {
			if item != nil {
				out = append(out, s.undeclared(fmt.Sprintf("%s[%d]", path, i), x, item)...)
			}
		}
	case map[string]any:
		if sub := s.subtype(v, schema); sub != nil && sub != schema {
			schema = sub
			if err := schema.VisitJSON(v, options()...); err != nil {
				out = append(out, path+": "+short(err))
			}
		}
		known := map[string]*openapi3.Schema{}
		if !collect(schema, known) || len(known) == 0 {
			return out
		}
		for _, k := range sortedKeys(v) {
			at := path + "." + k
			p, declared := known[k]
			switch {
			case !declared && !strings.HasPrefix(k, "@odata."):
				out = append(out, at+": not declared")
			case declared:
				out = append(out, s.undeclared(at, v[k], p)...)
			}
		}
	}
	return out
}

// subtype finds the concrete schema of an object: by @odata.type at Graph, by kind
// among Sentinel's entities, by the property that tells them apart elsewhere.
func (s *Spec) subtype(v map[string]any, base *openapi3.Schema) *openapi3.Schema {
	if t, ok := v["@odata.type"].(string); ok {
		return s.Schema(strings.TrimPrefix(t, "#"))
	}
	kind, ok := v["kind"].(string)
	if base.Discriminator != nil {
		kind, ok = v[base.Discriminator.PropertyName].(string)
	}
	if !ok {
		return nil
	}
	if d, _ := base.Extensions["x-discriminator-value"].(string); d == kind {
		return base
	}
	own := ""
	for name, ref := range s.doc.Components.Schemas {
		if ref.Value == base {
			own = name
		}
	}
	_, suffix, _ := strings.Cut(own, "Entity")
	for name, ref := range s.doc.Components.Schemas {
		if d, _ := ref.Value.Extensions["x-discriminator-value"].(string); d == kind && (suffix == "" || strings.HasSuffix(name, suffix)) {
			return ref.Value
		}
		if d, _ := ref.Value.Extensions["x-ms-discriminator-value"].(string); d == kind {
			return ref.Value
		}
	}
	return nil
}

// collect gathers the properties of a schema and what it is composed of; false where
// any property is allowed.
func collect(schema *openapi3.Schema, known map[string]*openapi3.Schema) bool {
	if schema == nil || schema.AdditionalProperties.Has != nil && *schema.AdditionalProperties.Has || schema.AdditionalProperties.Schema != nil {
		return false
	}
	for k, p := range schema.Properties {
		known[k] = p.Value
	}
	for _, part := range schema.AllOf {
		if !collect(part.Value, known) {
			return false
		}
	}
	return len(schema.OneOf) == 0 && len(schema.AnyOf) == 0
}

func itemsOf(schema *openapi3.Schema) *openapi3.Schema {
	if schema != nil && schema.Items != nil {
		return schema.Items.Value
	}
	return nil
}

func sortedKeys(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
