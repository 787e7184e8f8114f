package wiretest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
)

// Lost lists the leaves of raw, as "path = value", that decoded does not hold. Empty
// texts, nulls, false, and the leaves whose whole path matches hidden do not count.
// Paths join member names with dots; all elements of a list share one path.
func Lost(raw []byte, hidden string, decoded ...any) ([]string, error) {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, err
	}
	skip, err := regexp.Compile("^(" + hidden + ")$")
	if err != nil {
		return nil, err
	}
	held := &holder{}
	for _, d := range decoded {
		held.collect(reflect.ValueOf(d))
	}
	var lost []string
	leaves("", v, func(path, value string) {
		if !skip.MatchString(path) && !held.has(value) {
			lost = append(lost, path+" = "+value)
		}
	})
	slices.Sort(lost)
	return slices.Compact(lost), nil
}

func leaves(path string, v any, found func(path, value string)) {
	switch x := v.(type) {
	case map[string]any:
		for k, e := range x {
			leaves(strings.TrimPrefix(path+"."+k, "."), e, found)
		}
	case []any:
		for _, e := range x {
			leaves(path, e, found)
		}
	case string:
		if x != "" {
			found(path, x)
		}
	case float64:
		found(path, fmt.Sprint(x))
	case bool:
		if x {
			found(path, "true")
		}
	}
}

// holder is the set of texts and times in decoded values.
type holder struct {
	texts []string
	times []time.Time
}

func (h *holder) has(value string) bool {
	if at, err := time.Parse(time.RFC3339Nano, value); err == nil {
		return slices.ContainsFunc(h.times, at.Equal)
	}
	return slices.ContainsFunc(h.texts, func(t string) bool {
		return strings.EqualFold(t, value) || len(value) > 3 && strings.Contains(strings.ToLower(t), strings.ToLower(value))
	})
}

func (h *holder) collect(v reflect.Value) {
	switch x := v.Interface().(type) {
	case time.Time:
		h.times = append(h.times, x)
		return
	case app.Severity:
		h.texts = append(h.texts, x.String())
		return
	case app.Status:
		h.texts = append(h.texts, x.Wire(app.Sentinel), x.Wire(app.Defender))
		return
	case app.Classification:
		h.texts = append(h.texts, x.Wire(app.Sentinel), x.Wire(app.Defender))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for n := range v.NumField() {
			if v.Type().Field(n).Name != "Raw" {
				h.collect(v.Field(n))
			}
		}
	case reflect.Slice:
		for n := range v.Len() {
			h.collect(v.Index(n))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			h.collect(v.Elem())
		}
	case reflect.String, reflect.Int, reflect.Int64, reflect.Bool:
		h.texts = append(h.texts, fmt.Sprint(v.Interface()))
	}
}
