package report

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"watchfloor/app/triage"
)

// dose is how much of a goal is tried: ci in every run, release where WATCHFLOOR_SOAK=1.
func dose(ci, release int) int {
	if os.Getenv("WATCHFLOOR_SOAK") == "1" {
		return release
	}
	return ci
}

// filled is a T with s in every text that it holds, at any depth: a field that is added
// tomorrow is tried as well. Lists and maps have one element, numbers are 1, times noon.
func filled[T any](s string) T {
	var v T
	fill(reflect.ValueOf(&v).Elem(), s, 0)
	return v
}

var timeType = reflect.TypeFor[time.Time]()

func fill(v reflect.Value, s string, depth int) {
	if depth > 8 || !v.CanSet() {
		return
	}
	switch {
	case v.Type() == timeType:
		v.Set(reflect.ValueOf(noon))
		return
	case v.Type() == reflect.TypeFor[[]byte](): // JSON as received
		b, err := json.Marshal(map[string]string{s: s})
		if err != nil {
			panic(err) // a text always has a form in JSON
		}
		v.SetBytes(b)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), s, depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), s, depth+1)
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), s, depth+1)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, s, depth+1)
		fill(value, s, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), s, depth+1)
		}
	}
}

// kinds of documents, made with s in every text.
var kinds = []struct {
	name string
	of   func(s string) Document
}{
	{"incident", func(s string) Document { return Case(filled[triage.Case](s), filled[Meta](s)) }},
	{"hand-over", func(s string) Document {
		h := filled[Handover](s)
		h.Period = Period{noon.Add(-8 * time.Hour), noon}
		return HandoverReport(h, s, filled[Meta](s))
	}},
	{"identity", func(s string) Document {
		p := filled[IdentityPeriod](s)
		p.Period = Period{noon.Add(-8 * time.Hour), noon}
		return p.Report(filled[Meta](s))
	}},
	{"posture", func(s string) Document {
		p := filled[PosturePeriod](s)
		p.Period = Period{noon.Add(-8 * time.Hour), noon}
		return p.Report(filled[Meta](s))
	}},
}

func TestTheFillerReachesEveryText(t *testing.T) {
	c := filled[triage.Case]("canary")
	for what, got := range map[string]string{
		"title": c.Incident.Title, "alert": c.Alerts[0].Description, "technique": c.Alerts[0].Techniques[0], "entity": string(c.Evidence[0].Entity.Kind),
		"comment": c.Comments[0].Text, "twin": c.Twin.Owner.Name, "raw": strings.Trim(string(c.Entities[0].Raw), `{":canry}`) + "canary",
	} {
		if got != "canary" {
			t.Errorf("%s is %q", what, got)
		}
	}
	for _, k := range kinds {
		if b, err := json.Marshal(k.of("canary")); err != nil || strings.Count(string(b), "canary") < 8 {
			t.Errorf("%s shows the text %d times (%v)", k.name, strings.Count(string(b), "canary"), err)
		}
	}
}
