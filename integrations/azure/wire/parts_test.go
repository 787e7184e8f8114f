package wire

import "testing"

func TestPartsOfARowSurviveWrongTypes(t *testing.T) {
	r := ReadRow([]byte(`{"score":12.5,"text":"7","on":true,"off":"no","in":{"max":3},"list":["a",4,"b"],"none":null,"steps":"one"}`))
	if f, ok := r.Float("score"); !ok || f != 12.5 {
		t.Errorf("score %v %v", f, ok)
	}
	if on, ok := r.Bool("on"); !on || !ok {
		t.Error("on is lost")
	}
	in := r.Object("in")
	if f, ok := in.Float("max"); !ok || f != 3 || r.Odd {
		t.Errorf("max %v %v, odd %v", f, ok, r.Odd)
	}
	none := r.Object("none")
	if _, ok := none.Float("x"); ok || r.Has("none") || none.Odd {
		t.Error("null is something")
	}
	if s := r.Joined("steps"); s != "one" || r.Odd {
		t.Errorf("%q", s)
	}
	for name, ask := range map[string]func(r *Row){
		"number as text": func(r *Row) { r.Float("text") },
		"text as truth":  func(r *Row) { r.Bool("off") },
		"truth as part":  func(r *Row) { r.Object("on") },
		"mixed list": func(r *Row) {
			if s := r.Joined("list"); s != "a\nb" {
				t.Errorf("%q", s)
			}
		},
	} {
		again := r
		if ask(&again); !again.Odd {
			t.Errorf("%s is not odd", name)
		}
	}
}
