package identity

import (
	"context"
	"encoding/json"
	"slices"
	gosync "sync"
	"time"

	"watchfloor/app"
	"watchfloor/app/sync"
	"watchfloor/integrations/azure"
)

// Risk is the feed of Entra ID Protection, and acts on users, workloads and sign-ins.
type Risk struct {
	c     *Client
	trail azure.Trail

	mu        gosync.Mutex
	roles     map[string][]string // by object id; nil before they were read
	rolesRead time.Time
	single    bool // Graph refuses filters by id
}

var _ sync.Feed = (*Risk)(nil)

// overlap is how far before its watermark a run starts.
const overlap = 5 * time.Minute

// rolesEvery is how often the holders of directory roles are read.
const rolesEvery = 6 * time.Hour

// ID implements sync.Feed and app.Responder.
func (*Risk) ID() app.SourceID { return app.EntraRisk }

// Every implements sync.Feed.
func (*Risk) Every() time.Duration { return 10 * time.Minute }

// step is where a run stands; it travels in the cursor.
type step struct {
	Stage stage  `json:"s"`
	Link  string `json:"l,omitempty"` // the next page of the stage
	// Todo are users or workloads of a page whose histories are still to be read.
	Todo []string `json:"t,omitempty"`
	// Closed are the parts that this run found closed; Before names those of the run
	// before, which are read from their beginning if they open now.
	Closed []shut   `json:"c,omitempty"`
	Before []string `json:"b,omitempty"`
}

// shut is a part that was found closed, and why.
type shut struct {
	Part string `json:"p"`
	Why  why    `json:"w"`
}

// stage is one list of a run.
type stage int

// Stages in the order of a run: who is at risk first, what takes longest last.
const (
	openUsers stage = iota // only where users are read from the beginning
	users
	detections
	workloads
	workloadDetections
	userHistory
	workloadHistory
	over
)

const (
	userPart      = "users"
	detectionPart = "detections"
	workloadPart  = "workloads"
	accountPart   = "accounts"
	rolePart      = "roles"
)

// parts are what licences and rights open one by one.
var parts = map[string]part{
	userPart: {
		"Users at risk", "Entra ID P2", "the permission IdentityRiskyUser.Read.All and the role Security Reader",
		"Sign-ins, sessions and accounts work without it.",
	},
	detectionPart: {
		"Risk detections", "Entra ID P2", "the permission IdentityRiskEvent.Read.All and the role Security Reader",
		"Users at risk are shown without what led to it.",
	},
	workloadPart: {
		"Risk of workload identities", "Workload ID Premium", "the permission IdentityRiskyServicePrincipal.Read.All and the role Security Reader",
		"People at risk and their sign-ins work without it.",
	},
	accountPart: {
		"Names and states of accounts", "Entra ID", "the permission User.Read.All",
		"Users at risk are shown; accounts of incidents are joined by object id and UPN alone.",
	},
	rolePart: {
		"Holders of directory roles", "Entra ID", "the permission RoleManagement.Read.Directory and the role Directory Readers",
		"High-value people are those of an imported list and of Defender's tags.",
	},
}

func (s stage) part() string {
	switch s {
	case openUsers, users, userHistory:
		return userPart
	case detections:
		return detectionPart
	}
	return workloadPart
}

// path is the list of a stage below Graph v1.0.
func (s stage) path() string {
	switch s {
	case detections:
		return "identityProtection/riskDetections"
	case workloads, workloadHistory:
		return "identityProtection/riskyServicePrincipals"
	case workloadDetections:
		return "identityProtection/servicePrincipalRiskDetections"
	}
	return "identityProtection/riskyUsers"
}

// Pull implements sync.Feed. Users who are open come first on the first run, then all
// that changed with their accounts and roles, detections, workloads, and last the
// histories, which take a request each.
func (r *Risk) Pull(ctx context.Context, cur app.Cursor) (sync.FeedPage, error) {
	var at step
	if json.Unmarshal([]byte(cur.Next), &at) != nil {
		at = step{} // of an older release: the run begins again
	}
	if at.Link == "" && len(at.Todo) == 0 {
		r.trail.Start()
	}
	if at.Stage == openUsers && at.Link == "" && !full(cur, at) {
		at.Stage = users
	}
	for at.Stage < over && r.skips(at) {
		at.Stage++
	}
	if at.Stage >= over {
		return r.done(cur, at), nil
	}
	p, next, began, err := r.page(ctx, cur, at)
	if reason := whyClosed(err); reason != open && at.Link == "" && len(at.Todo) == 0 {
		p, next, began, err = sync.FeedPage{}, at, r.c.conf.Now().UTC(), nil
		next.close(&p, at.Stage.part(), reason)
		next.Stage++
	}
	if err != nil && at.Link != "" && azure.Expired(err) { // the link expired: the stage begins again
		if err := r.trail.Restart(); err != nil {
			return sync.FeedPage{}, err
		}
		at.Link, at.Todo = "", nil
		p, next, began, err = r.page(ctx, cur, at)
	}
	if err != nil {
		return sync.FeedPage{}, err
	}
	p.Cursor = app.Cursor{Watermark: cur.Watermark, Ahead: cur.Ahead, Next: next.String()}
	if p.Cursor.Ahead.IsZero() || p.Cursor.Ahead.Before(cur.Watermark) {
		p.Cursor.Ahead = began
	}
	return p, nil
}

func (s step) String() string {
	b, _ := json.Marshal(s) // plain values cannot fail
	return string(b)
}

// close notes that a part is closed.
func (s *step) close(p *sync.FeedPage, part string, reason why) {
	if s.closed(part) {
		return
	}
	s.Closed = append(slices.Clone(s.Closed), shut{part, reason})
	p.Lacks = append(p.Lacks, parts[part].lack(reason))
}

func (s step) closed(part string) bool {
	return slices.ContainsFunc(s.Closed, func(c shut) bool { return c.Part == part })
}

// skips reports a stage that this run has nothing to do in.
func (r *Risk) skips(at step) bool {
	return at.closed(at.Stage.part()) || at.Stage.part() == workloadPart && !r.c.conf.Workloads
}

// full reports that the list of a stage is read from its beginning. Users are, too, while
// their accounts could not be read: they are read with them.
func full(cur app.Cursor, at step) bool {
	return cur.First() || slices.Contains(at.Before, at.Stage.part()) ||
		at.Stage <= users && slices.Contains(at.Before, accountPart)
}

// done ends a run. The cursor of a run without lacks is a watermark alone.
func (r *Risk) done(cur app.Cursor, at step) sync.FeedPage {
	p := sync.FeedPage{Done: true, Cursor: app.Cursor{Watermark: cur.Ahead}}
	if cur.Ahead.IsZero() {
		p.Cursor.Watermark = cur.Watermark
	}
	var before []string
	for _, c := range at.Closed {
		p.Lacks = append(p.Lacks, parts[c.Part].lack(c.Why))
		before = append(before, c.Part)
	}
	if len(before) > 0 {
		p.Cursor.Next = step{Before: before}.String()
	}
	return p
}
