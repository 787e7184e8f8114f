package posture

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resourcegraph/armresourcegraph"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/kql"
	"watchfloor/integrations/azure/wire"
)

// table is a type of rows in Resource Graph's securityresources (sheet part F.3).
type table string

const (
	tableScores       table = "securescores"
	tableControls     table = "securescores/securescorecontrols"
	tableAssessments  table = "assessments"
	tableFindings     table = "assessments/subassessments"
	tableStandards    table = "regulatorycompliancestandards"
	tableRequirements table = "regulatorycompliancestandards/regulatorycompliancecontrols"
)

// Limits of Resource Graph: subscriptions a query, rows a page.
const (
	mostSubscriptions = 1000
	mostRows          = 1000
	mostGraphPages    = 10_000
)

// text is the query. Paging needs an order by a column that tells rows apart.
func (t table) text() string {
	from := kql.From("securityresources").Where("type ==", kql.Text("microsoft.security/"+string(t)))
	if t == tableFindings {
		return from.Pipe("summarize n = count() by assessment = tostring(split(id,'/subAssessments/')[0])").Pipe("order by assessment asc").String()
	}
	return from.Pipe("project id, name, type, subscriptionId, properties").Pipe("order by id asc").String()
}

// query reads a table over several subscriptions at once. Where Resource Graph refuses it
// or does not know the table, the lists of each subscription are read instead.
func (p *pass) query(t table, subs []string) job {
	return p.queryPage(t, subs, "", &azure.Trail{Most: mostGraphPages})
}

// skip marks a page that is reached by counting: a summary has no column that a token
// could go on from.
const skip = "skip:"

func (p *pass) queryPage(t table, subs []string, token string, trail *azure.Trail) job {
	return job{
		name: "Resource Graph " + string(t),
		do: func(ctx context.Context) (answer, error) {
			reply, err := p.c.ask(ctx, t, subs, token)
			if err != nil {
				return answer{}, err
			}
			l, next, err := readGraph(reply.Body)
			if err != nil {
				bad := azure.Malformed(reply.Body, readingCloud, err)
				bad.Answered = errors.Is(err, errTruncated) // the lists of ARM have the rest
				return answer{}, bad
			}
			if next == skip {
				from, _ := strconv.Atoi(strings.TrimPrefix(token, skip))
				next += strconv.Itoa(from + len(l.Rows))
			}
			if err := trail.Step(token, next); err != nil {
				return answer{}, err
			}
			a := p.take(ctx, t, l.Rows, p.dayOf(reply))
			if next != "" {
				a.next = append(a.next, p.queryPage(t, subs, next, trail))
				return a, nil
			}
			done := p.after(t, subs)
			add(&a.batch, done.batch)
			a.next = append(a.next, done.next...)
			return a, nil
		},
		refused: func(err error) answer {
			p.c.conf.Logger().LogAttrs(context.Background(), slog.LevelInfo, "posture is read subscription by subscription",
				slog.String("table", string(t)), slog.String("why", string(app.KindOf(err))), slog.Int("status", azure.StatusOf(err)))
			p.mu.Lock()
			p.refused = append(p.refused, t)
			p.mu.Unlock()
			return p.instead(t, subs)
		},
	}
}

// ask sends a query; it changes nothing, so that it may be sent again.
func (c *Cloud) ask(ctx context.Context, t table, subs []string, token string) (azure.Reply, error) {
	q := armresourcegraph.QueryRequest{
		Query: to.Ptr(t.text()), Subscriptions: to.SliceOfPtrs(subs...),
		Options: &armresourcegraph.QueryRequestOptions{Top: to.Ptr(int32(mostRows)), ResultFormat: to.Ptr(armresourcegraph.ResultFormatObjectArray)},
	}
	if from, ok := strings.CutPrefix(token, skip); ok {
		n, _ := strconv.Atoi(from)
		q.Options.Skip = to.Ptr(int32(min(n, math.MaxInt32))) // #nosec G115 -- bounded on this line
	} else if token != "" {
		q.Options.SkipToken = &token
	}
	return c.quota.call(ctx, func(ctx context.Context) (azure.Reply, error) {
		return azure.Call(azure.Read(ctx), readingCloud, func(ctx context.Context) error {
			_, err := c.graph.Resources(ctx, q, nil)
			return err
		})
	})
}

// readGraph splits an answer of Resource Graph; next is empty on the last page, and skip
// where more can only be reached by counting.
func readGraph(body []byte) (l wire.List, next string, err error) {
	if l, err = wire.ReadList(body, "data"); err != nil {
		return l, "", err
	}
	head := wire.ReadRow(body)
	next = head.Text("$skipToken")
	if next == "" && head.Text("resultTruncated") == "true" {
		next = skip
		if len(l.Rows) == 0 {
			err = errTruncated
		}
	}
	return l, next, err
}

var errTruncated = errors.New("answer is truncated and says no way to the rest")

// after is what follows the last page of a table.
func (p *pass) after(t table, subs []string) answer {
	switch t {
	case tableScores:
		a := answer{next: []job{p.query(tableControls, subs)}}
		for _, sub := range subs { // ask about those that Resource Graph does not tell of
			if !p.scored(sub) {
				a.next = append(a.next, p.list(partScore, sub))
			}
		}
		return a
	case tableControls:
		var a answer
		for _, sub := range subs {
			add(&a.batch, p.settle(sub))
		}
		return a
	case tableAssessments:
		return answer{next: p.laneDone(subs)}
	case tableStandards:
		return answer{next: []job{p.query(tableRequirements, subs)}}
	}
	return answer{}
}

// instead reads the lists of each subscription that hold what a table does.
func (p *pass) instead(t table, subs []string) answer {
	var a answer
	each := func(what part) {
		for _, sub := range subs {
			a.next = append(a.next, p.list(what, sub))
		}
	}
	switch t {
	case tableScores:
		each(partScore) // with the controls
	case tableControls:
		for _, sub := range subs {
			if p.scored(sub) { // the others are asked about already
				a.next = append(a.next, p.list(partControls, sub))
			}
		}
	case tableAssessments:
		each(partAssessments) // with the findings
		a.next = append(a.next, p.laneDone(nil)...)
	case tableFindings:
		each(partFindings)
	case tableStandards, tableRequirements:
		each(partCompliance)
	}
	return a
}

// laneDone counts the findings of all subscriptions whose assessments Resource Graph told,
// once the last of them is read: a count is kept only with its assessment.
func (p *pass) laneDone(subs []string) []job {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counted = append(p.counted, subs...)
	var out []job
	if p.lanes--; p.lanes == 0 {
		for some := range slices.Chunk(p.counted, mostSubscriptions) {
			out = append(out, p.query(tableFindings, some))
		}
	}
	return out
}
