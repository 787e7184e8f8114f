package posture

import (
	"context"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/security/armsecurity"

	"watchfloor/app/posture"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// findings counts sub-assessments by what they belong to.
func (p *pass) findings(sub string, read pages) job {
	counts := map[posture.Count]int{}
	return listed("list of findings", read, func(ctx context.Context, l wire.List, _ azure.Reply, last bool) answer {
		for _, raw := range l.Rows {
			row := wire.ReadRow(raw)
			c, ok := countOf(row.ID("id"))
			p.note(ctx, !ok, "finding", c.ID)
			if ok {
				counts[c]++
			}
		}
		a := answer{rows: len(l.Rows)}
		if last {
			for c, n := range counts {
				c.N = n
				a.batch.Counts = append(a.batch.Counts, c)
			}
			slices.SortFunc(a.batch.Counts, func(x, y posture.Count) int {
				return strings.Compare(x.Resource+"/"+x.ID, y.Resource+"/"+y.ID)
			})
		}
		return a
	}, p.losing(partFindings, sub))
}

// compliance reads the standards of a subscription, and the controls of each.
func (p *pass) compliance(sub string) job {
	lost := p.losing(partCompliance, sub)
	standards := paged(p.c, func(f *armsecurity.ClientFactory) *runtime.Pager[armsecurity.RegulatoryComplianceStandardsClientListResponse] {
		return f.NewRegulatoryComplianceStandardsClient().NewListPager(nil)
	}, sub)
	return listed("list of standards", standards, func(ctx context.Context, l wire.List, r azure.Reply, _ bool) answer {
		a := p.take(ctx, tableStandards, l.Rows, p.dayOf(r))
		for _, s := range a.batch.Standards {
			controls := paged(p.c, func(f *armsecurity.ClientFactory) *runtime.Pager[armsecurity.RegulatoryComplianceControlsClientListResponse] {
				return f.NewRegulatoryComplianceControlsClient().NewListPager(s.ID, nil)
			}, sub)
			a.next = append(a.next, listed("list of compliance controls", controls, func(ctx context.Context, l wire.List, r azure.Reply, _ bool) answer {
				return p.take(ctx, tableRequirements, l.Rows, p.dayOf(r))
			}, lost))
		}
		return a
	}, lost)
}

// contact reads who is notified about a subscription. The service knows one contact of
// the name default; another, where there is one, stands in.
func (p *pass) contact(sub string) job {
	var found []byte
	return listed("list of contacts", p.c.contactPages(sub), func(ctx context.Context, l wire.List, _ azure.Reply, last bool) answer {
		found = pickContact(found, l.Rows)
		if !last {
			return answer{}
		}
		p.c.keep(sub, found)
		c, odd := DecodeContact(found, sub, p.names[sub])
		p.note(ctx, odd, "security contact of", sub)
		return answer{rows: 1, batch: posture.Batch{Contacts: []posture.Contact{c}}}
	}, p.losing(partContact, sub))
}

// definitions reads what the controls are: for all subscriptions at once, else with the
// controls of each.
func (p *pass) definitions(sub string) job {
	read := paged(p.c, func(f *armsecurity.ClientFactory) *runtime.Pager[armsecurity.SecureScoreControlDefinitionsClientListResponse] {
		return f.NewSecureScoreControlDefinitionsClient().NewListPager(nil)
	}, sub)
	return listed("definitions of controls", read, func(ctx context.Context, l wire.List, _ azure.Reply, _ bool) answer {
		a := answer{rows: len(l.Rows)}
		for _, raw := range l.Rows {
			c, odd := DecodeDefinition(raw)
			p.note(ctx, odd, "control definition", c.ID)
			p.mu.Lock()
			if !p.defined[c.ID] {
				p.defined[c.ID] = true
				a.batch.Controls = append(a.batch.Controls, c)
			}
			p.mu.Unlock()
		}
		return a
	}, func(error) answer { return answer{} })
}

// descriptions reads what the recommendations say.
func (p *pass) descriptions(sub string) job {
	return listed("descriptions of recommendations", paged(p.c, func(f *armsecurity.ClientFactory) *runtime.Pager[armsecurity.AssessmentsMetadataClientListResponse] {
		return f.NewAssessmentsMetadataClient().NewListPager(nil)
	}, sub), p.described, func(error) answer {
		var a answer
		for _, sub := range p.subs {
			a.next = append(a.next, listed("descriptions of recommendations", paged(p.c, func(f *armsecurity.ClientFactory) *runtime.Pager[armsecurity.AssessmentsMetadataClientListBySubscriptionResponse] {
				return f.NewAssessmentsMetadataClient().NewListBySubscriptionPager(nil)
			}, sub), p.described, p.losing(partDescriptions, sub)))
		}
		return a
	})
}

func (p *pass) described(ctx context.Context, l wire.List, _ azure.Reply, _ bool) answer {
	a := answer{rows: len(l.Rows)}
	for _, d := range wire.Each(l.Rows, DecodeMeta) {
		p.note(ctx, d.Odd, "recommendation", d.Row.ID)
		if p.first(d.Row.ID) {
			a.batch.Metas = append(a.batch.Metas, d.Row)
		}
	}
	return a
}
