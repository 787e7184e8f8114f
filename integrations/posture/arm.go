package posture

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/security/armsecurity"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// pages reads the page of a list behind link, the first where it is empty.
type pages func(ctx context.Context, link string) (wire.List, azure.Reply, error)

// paged is a list of a typed client; it takes a fresh pager for every page.
func paged[T any](c *Cloud, pager func(*armsecurity.ClientFactory) *runtime.Pager[T], sub string) pages {
	return func(ctx context.Context, link string) (l wire.List, r azure.Reply, err error) {
		f, err := armsecurity.NewClientFactory(sub, c.conf.Credential, c.options)
		if err != nil {
			return l, r, app.E(app.KindInvalid, "The connection to Defender for Cloud is not set up correctly.", err)
		}
		r, err = c.arm.call(ctx, func(ctx context.Context) (azure.Reply, error) {
			var reply azure.Reply
			l, reply, err = azure.ReadList(ctx, c.pin, pager(f), link, readingCloud)
			return reply, err
		})
		return l, r, err
	}
}

// mostPages bounds a list of ARM, which chooses the size of its pages itself.
const mostPages = 10_000

// listed reads a list page by page; each page is a job. took gets every page, the last
// one marked; lost what could not be read.
func listed(name string, read pages, took func(ctx context.Context, l wire.List, r azure.Reply, last bool) answer, lost func(error) answer) job {
	trail := &azure.Trail{Most: mostPages}
	var from func(link string) job
	from = func(link string) job {
		j := job{name: name, refused: lost}
		if link != "" {
			j.refused = nil // the list is open: its link expired, or it changed meanwhile
		}
		j.do = func(ctx context.Context) (answer, error) {
			l, reply, err := read(ctx, link)
			if link != "" && azure.Refused(err) {
				err = azure.Reworded(err, app.KindInvalid, "A list ended before its last page; it is read again from the start.")
			}
			if err != nil {
				return answer{}, err
			}
			if err := trail.Step(link, l.Next); err != nil {
				return answer{}, err
			}
			a := took(ctx, l, reply, l.Next == "")
			if l.Next != "" {
				a.next = append([]job{from(l.Next)}, a.next...)
			}
			return a, nil
		}
		return j
	}
	return from("")
}

// list reads a part of the posture of one subscription from Azure Resource Manager.
func (p *pass) list(what part, sub string) job {
	scope := "subscriptions/" + sub
	simple := func(read pages, t table, then func() answer) job {
		return listed("list of "+string(what), read, func(ctx context.Context, l wire.List, r azure.Reply, last bool) answer {
			a := p.take(ctx, t, l.Rows, p.dayOf(r))
			if last && then != nil {
				done := then()
				add(&a.batch, done.batch)
				a.next = append(a.next, done.next...)
			}
			return a
		}, p.losing(what, sub))
	}
	switch what {
	case partScore:
		return simple(paged(p.c, func(f *armsecurity.ClientFactory) *runtime.Pager[armsecurity.SecureScoresClientListResponse] {
			return f.NewSecureScoresClient().NewListPager(nil)
		}, sub), tableScores, func() answer {
			if !p.scored(sub) {
				p.lose(partScore, sub, errNoScore)
				return answer{}
			}
			return answer{next: []job{p.list(partControls, sub)}}
		})
	case partControls:
		p.mu.Lock()
		delete(p.parts, sub) // those of a query that was given up
		p.mu.Unlock()
		j := simple(paged(p.c, func(f *armsecurity.ClientFactory) *runtime.Pager[armsecurity.SecureScoreControlsClientListBySecureScoreResponse] {
			return f.NewSecureScoreControlsClient().NewListBySecureScorePager(classic,
				&armsecurity.SecureScoreControlsClientListBySecureScoreOptions{Expand: to.Ptr(armsecurity.ExpandControlsEnumDefinition)})
		}, sub), tableControls, func() answer { return answer{batch: p.settle(sub)} })
		j.refused = func(err error) answer {
			p.lose(partControls, sub, err)
			return answer{batch: p.settle(sub)} // the score is known
		}
		return j
	case partAssessments:
		return simple(paged(p.c, func(f *armsecurity.ClientFactory) *runtime.Pager[armsecurity.AssessmentsClientListResponse] {
			return f.NewAssessmentsClient().NewListPager(scope, nil)
		}, sub), tableAssessments, func() answer { return answer{next: []job{p.list(partFindings, sub)}} })
	case partFindings:
		return p.findings(sub, paged(p.c, func(f *armsecurity.ClientFactory) *runtime.Pager[armsecurity.SubAssessmentsClientListAllResponse] {
			return f.NewSubAssessmentsClient().NewListAllPager(scope, nil)
		}, sub))
	case partCompliance:
		return p.compliance(sub)
	}
	return p.contact(sub)
}

// losing notes a part that a subscription refuses.
func (p *pass) losing(what part, sub string) func(error) answer {
	return func(err error) answer {
		p.lose(what, sub, err)
		return answer{}
	}
}

// errNoScore is a subscription that answers and has no score: Defender for Cloud is off.
var errNoScore = app.E(app.KindNotFound, "The subscription has no secure score.", nil)
