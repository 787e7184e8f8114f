package posture

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// Can implements app.Responder.
func (c *M365) Can(d app.Deed, k app.SubjectKind) bool {
	return d == app.SetControl && k == app.SubjectControl
}

// Together implements app.Responder.
func (c *M365) Together(app.Deed, app.SubjectKind) int { return 1 }

func (c *M365) profile(id string) string {
	return c.base + "secureScoreControlProfiles/" + url.PathEscape(id)
}

func (c *M365) readProfile(ctx context.Context, id string) ([]byte, error) {
	reply, err := c.get(ctx, c.profile(id))
	if err != nil {
		return nil, err
	}
	if err := azure.CheckObject(reply.Body, "id"); err != nil {
		return nil, azure.Malformed(reply.Body, readingM365, err)
	}
	c.keep(id, reply.Body)
	return reply.Body, nil
}

// Read implements app.Responder.
func (c *M365) Read(ctx context.Context, d app.Deed, subjects []app.Subject) ([]app.SubjectState, error) {
	out := make([]app.SubjectState, 0, len(subjects))
	for _, s := range subjects {
		if !c.Can(d, s.Kind) {
			return nil, cannot(d, c.ID())
		}
		state := app.SubjectState{Subject: s}
		raw, err := c.readProfile(ctx, s.ID)
		switch {
		case app.KindOf(err) == app.KindNotFound:
			state.Gone = true
		case err != nil:
			return nil, err
		default:
			k, _ := DecodeProfile(raw)
			state.Values = app.Values{app.PropControlState: k.State, app.PropControlNote: k.Note}
			state.Modified, state.By, state.Raw = k.Changed, k.By, raw
		}
		out = append(out, state)
	}
	return out, nil
}

// Respond implements app.Responder: the profile is read, because the service wants its
// vendorInformation back, and what Set does not name is sent as it was. A dry run shows
// the request over the profile that was read last.
func (c *M365) Respond(ctx context.Context, r app.Response) error {
	if len(r.Subjects) != 1 || !c.Can(r.Deed, r.Subjects[0].Kind) {
		return cannot(r.Deed, c.ID())
	}
	id := r.Subjects[0].ID
	raw := c.kept(id)
	if app.DryRunOf(ctx) == nil {
		var err error
		if raw, err = c.readProfile(ctx, id); err != nil {
			return err
		}
	}
	body, err := controlBody(raw, r.Set)
	if err != nil {
		return err
	}
	_, err = c.pace.once(ctx, func(ctx context.Context) (azure.Reply, error) {
		return c.send(ctx, writingM365, http.MethodPatch, c.profile(id), body)
	})
	return err
}

// controlBody is the change of a profile's state.
func controlBody(raw []byte, set app.Values) ([]byte, error) {
	row := wire.ReadRow(raw)
	now := newestState(&row)
	members, err := wire.Members(raw)
	if raw != nil && err != nil {
		return nil, app.E(app.KindInvalid, "This control cannot be read completely, so it cannot be changed safely here; change it in the portal.", err)
	}
	vendor := members["vendorInformation"]
	if !row.Has("vendorInformation") {
		vendor = json.RawMessage(`{"provider":"SecureScore","vendor":"Microsoft"}`)
	}
	state, note := wire.First(now.Text("state"), defaultState), now.Text("comment")
	for p, v := range set {
		switch p {
		case app.PropControlState:
			if state = stateWord(v); state == "" {
				return nil, app.E(app.KindInvalid, "A control takes no state "+strconv.Quote(v)+"; choose default, ignored, third party or reviewed.", nil)
			}
		case app.PropControlNote:
			note = v
		default:
			return nil, app.E(app.KindInvalid, "A control takes no "+string(p)+".", nil)
		}
	}
	return json.Marshal(map[string]any{"assignedTo": now.Text("assignedTo"), "comment": note, "state": state, "vendorInformation": vendor})
}
