package posture

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/security/armsecurity"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// theContact is the only name of a contact that the service takes (sheet part D).
const theContact = "default"

func (c *Cloud) contactPages(sub string) pages {
	return paged(c, func(f *armsecurity.ClientFactory) *runtime.Pager[armsecurity.ContactsClientListResponse] {
		return f.NewContactsClient().NewListPager(nil)
	}, sub)
}

// pickContact prefers the contact that can be changed.
func pickContact(best []byte, rows []json.RawMessage) []byte {
	for _, raw := range rows {
		row := wire.ReadRow(raw)
		if best == nil || strings.EqualFold(row.ID("name"), theContact) {
			best = raw
		}
	}
	return best
}

// keep remembers a contact as read, for requests that are only shown.
func (c *Cloud) keep(sub string, raw []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.contacts[strings.ToLower(sub)] = raw
}

func (c *Cloud) kept(sub string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.contacts[strings.ToLower(sub)]
}

// readContact reads the contact of a subscription; nil where it has none.
func (c *Cloud) readContact(ctx context.Context, sub string) ([]byte, error) {
	trail := azure.Trail{Most: mostPages}
	read := c.contactPages(sub)
	var found []byte
	for link := ""; ; {
		l, _, err := read(ctx, link)
		if err != nil {
			return nil, err
		}
		found = pickContact(found, l.Rows)
		if err := trail.Step(link, l.Next); err != nil {
			return nil, err
		}
		if link = l.Next; link == "" {
			c.keep(sub, found)
			return found, nil
		}
	}
}

// Can implements app.Responder.
func (c *Cloud) Can(d app.Deed, k app.SubjectKind) bool {
	return d == app.EditContact && k == app.SubjectContact
}

// Together implements app.Responder.
func (c *Cloud) Together(app.Deed, app.SubjectKind) int { return 1 }

// Read implements app.Responder. A subscription without a contact is not gone: all its
// values are empty, and editing it makes the contact.
func (c *Cloud) Read(ctx context.Context, d app.Deed, subjects []app.Subject) ([]app.SubjectState, error) {
	out := make([]app.SubjectState, 0, len(subjects))
	for _, s := range subjects {
		if !c.Can(d, s.Kind) {
			return nil, cannot(d, c.ID())
		}
		state := app.SubjectState{Subject: s}
		raw, err := c.readContact(ctx, s.ID)
		switch {
		case placeGone(err):
			state.Gone = true
		case err != nil:
			return nil, err
		default:
			state.Values, state.Raw = contactValues(raw), raw
		}
		out = append(out, state)
	}
	return out, nil
}

// placeGone reports that there is no such subscription any more.
func placeGone(err error) bool {
	return azure.CodeOf(err) == "SubscriptionNotFound" || app.KindOf(err) == app.KindNotFound
}

func cannot(d app.Deed, src app.SourceID) error {
	return app.E(app.KindInvalid, src.Label()+" cannot "+string(d)+".", nil)
}

func contactValues(raw []byte) app.Values {
	k, _ := DecodeContact(raw, "", "")
	return app.Values{
		app.PropEmails: strings.Join(k.Emails, ";"), app.PropPhone: k.Phone, app.PropNotify: strconv.FormatBool(k.On),
		app.PropRoles: strings.Join(k.Roles, ";"), app.PropAlertSeverity: k.AlertSeverity, app.PropAttackLevel: k.AttackLevel,
	}
}

// Respond implements app.Responder: the contact is read, what Set names is written over
// it and all else goes back as it came, also what this version does not know. The service
// has no versions of contacts: what somebody changes between the two requests is lost. A
// dry run shows the request over the contact that was read last.
func (c *Cloud) Respond(ctx context.Context, r app.Response) error {
	if len(r.Subjects) != 1 || !c.Can(r.Deed, r.Subjects[0].Kind) {
		return cannot(r.Deed, c.ID())
	}
	sub := r.Subjects[0].ID
	raw := c.kept(sub)
	if app.DryRunOf(ctx) == nil {
		var err error
		if raw, err = c.readContact(ctx, sub); err != nil {
			return err
		}
	}
	body, err := contactBody(raw, r.Set)
	if err != nil {
		return err
	}
	client, err := armsecurity.NewContactsClient(sub, c.conf.Credential, c.options)
	if err != nil {
		return azure.Explain(err, writingCloud)
	}
	_, err = azure.Call(ctx, writingCloud, func(ctx context.Context) error {
		_, err := client.Create(azure.WithBody(ctx, body), theContact, armsecurity.Contact{}, nil)
		return err
	})
	return err
}
