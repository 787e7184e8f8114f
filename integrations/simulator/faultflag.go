package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// ParseFaults reads faults as a command line gives them: "throttlePercent=5,
// retryAfter=2.5,latency=250ms,offline", with the names of the control endpoint; a name
// alone means true. JSON as the control endpoint takes it is read too.
func ParseFaults(text string) (Faults, error) {
	var f Faults
	text = strings.TrimSpace(text)
	if text == "" {
		return f, nil
	}
	raw := []byte(text)
	if text[0] != '{' {
		fields := map[string]any{}
		for _, part := range strings.Split(text, ",") {
			name, value, has := strings.Cut(strings.TrimSpace(part), "=")
			if name == "" {
				continue
			}
			fields[name] = faultValue(name, value, has)
		}
		var err error
		if raw, err = json.Marshal(fields); err != nil {
			return f, err
		}
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(&f); err != nil {
		return Faults{}, misread(text, err)
	}
	return f, nil
}

// misread says what is wrong with faults.
func misread(text string, err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		name, takes := wrong.Field[strings.LastIndexByte(wrong.Field, '.')+1:], "a text"
		switch wrong.Type.Kind() {
		case reflect.Int:
			takes = "a number"
		case reflect.Bool:
			takes = "true or false"
		}
		return fmt.Errorf("%s takes %s", name, takes)
	}
	if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
		return fmt.Errorf("there is no fault %s", name)
	}
	return fmt.Errorf("the faults %q are not understood: %w", text, err)
}

// faultValue guesses the type: only retryAfter and path are texts that may look like
// numbers.
func faultValue(name, value string, has bool) any {
	if !has {
		return true
	}
	if n, err := strconv.Atoi(value); err == nil && name != "retryAfter" && name != "path" {
		return n
	}
	if b, err := strconv.ParseBool(value); err == nil && name != "retryAfter" && name != "path" {
		return b
	}
	return value
}
