package posture

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

// contactBody writes set over a contact as it was read.
func contactBody(raw []byte, set app.Values) ([]byte, error) {
	props := map[string]json.RawMessage{}
	if raw != nil {
		row, err := wire.Members(raw)
		if err == nil && len(row["properties"]) > 0 {
			props, err = wire.Members(row["properties"])
		}
		if err != nil {
			return nil, app.E(app.KindInvalid, "This contact cannot be read completely, so it cannot be changed safely here; change it in the portal.", err)
		}
	}
	put := func(name string, v any) { props[name], _ = json.Marshal(v) } // texts, truths and lists only
	for _, p := range slices.Sorted(maps.Keys(set)) {
		v := set[p]
		switch p {
		case app.PropEmails:
			put("emails", strings.Join(split(v), ";"))
		case app.PropPhone:
			put("phone", v)
		case app.PropNotify:
			on, err := strconv.ParseBool(v)
			if err != nil {
				return nil, unknownValue(p, v)
			}
			put("isEnabled", on)
		case app.PropRoles:
			setRoles(props, split(v))
		case app.PropAlertSeverity:
			if !slices.Contains([]string{"", "Low", "Medium", "High"}, v) {
				return nil, unknownValue(p, v)
			}
			setSource(props, fromAlerts, "minimalSeverity", v)
		case app.PropAttackLevel:
			if !slices.Contains([]string{"", "Low", "Medium", "High", "Critical"}, v) {
				return nil, unknownValue(p, v)
			}
			setSource(props, fromAttackPaths, "minimalRiskLevel", v)
		default:
			return nil, unknownValue(p, v)
		}
	}
	return json.Marshal(map[string]any{"properties": props})
}

func unknownValue(p app.Property, v string) error {
	return app.E(app.KindInvalid, "A security contact takes no "+string(p)+" "+strconv.Quote(v)+".", nil)
}

// setRoles turns notification by role on for the roles named, or off.
func setRoles(props map[string]json.RawMessage, roles []string) {
	by, err := wire.Members(props["notificationsByRole"])
	if err != nil {
		by = map[string]json.RawMessage{}
	}
	state := rolesOn
	if len(roles) == 0 {
		state, roles = rolesOff, []string{}
	}
	by["state"], _ = json.Marshal(state)
	by["roles"], _ = json.Marshal(roles)
	props["notificationsByRole"], _ = json.Marshal(by)
}

// setSource sets from which level on a kind of notification is sent, "" for none. Other
// kinds stay as they are.
func setSource(props map[string]json.RawMessage, kind, level, value string) {
	holder := wire.Row{}
	if b, err := json.Marshal(props); err == nil {
		holder = wire.Part(b)
	}
	old, _ := holder.List("notificationsSources")
	sources := []json.RawMessage{}
	mine := map[string]json.RawMessage{}
	for _, raw := range old {
		row := wire.Part(raw)
		if !strings.EqualFold(row.Text("sourceType"), kind) {
			sources = append(sources, bytes.Clone(raw))
			continue
		}
		if m, err := wire.Members(raw); err == nil {
			mine = m
		}
	}
	if value != "" {
		mine["sourceType"], _ = json.Marshal(kind)
		mine[level], _ = json.Marshal(value)
		one, _ := json.Marshal(mine) //nolint:errchkjson // raw parts of valid JSON
		sources = append(sources, one)
	}
	props["notificationsSources"], _ = json.Marshal(sources)
}
