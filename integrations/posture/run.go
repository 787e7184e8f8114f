package posture

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/posture"
	appsync "watchfloor/app/sync"
	"watchfloor/integrations/azure"
)

// job is one request of a run. It answers with rows and with the requests that follow
// from them.
type job struct {
	name string // for the log
	do   func(context.Context) (answer, error)
	// refused is what follows where rights, licence or the place do not allow the
	// request; nil where that ends the run.
	refused func(error) answer
}

// answer is what a job brought.
type answer struct {
	batch posture.Batch
	rows  int
	next  []job
}

// run is a pass over everything, some pages long. One Pull works on it at a time.
type run struct {
	name  string
	began time.Time
	todo  []job
	// end tells what only a finished run knows.
	end func() ending
	// step is the page that comes next; last is the page before, which is given again
	// where its commit failed.
	step int
	last appsync.FeedPage
	// kept are answers of a Pull that failed in the middle.
	kept []answer
}

// ending is what closes a run: its last rows, what was not open to it, and the watermark
// that the next run starts from, zero where that does not matter.
type ending struct {
	batch posture.Batch
	lacks []app.Lack
	mark  time.Time
}

// runner works runs off, several requests at once.
type runner struct {
	log    *slog.Logger
	now    func() time.Time
	atOnce int
	// enough is the number of rows that make a page.
	enough int
	begin  func(context.Context, app.Cursor) (*run, error)

	turn chan struct{} // holds one while a Pull works
	cur  *run
	n    int
}

func newRunner(r runner) *runner {
	r.turn = make(chan struct{}, 1)
	return &r
}

// Pull gives the next page of the run that cur is in, or begins one.
func (r *runner) Pull(ctx context.Context, cur app.Cursor) (appsync.FeedPage, error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return appsync.FeedPage{}, azure.Explain(ctx.Err(), azure.Intent{})
	}
	name, step := place(cur.Next)
	if r.cur == nil || name != r.cur.name && !r.young(cur) || step > r.cur.step || step < r.cur.step-1 {
		run, err := r.begin(ctx, cur)
		if err != nil {
			return appsync.FeedPage{}, err
		}
		r.n++
		run.name = strconv.Itoa(r.n) + "-" + strconv.FormatInt(run.began.UnixNano(), 36)
		r.cur = run
	} else if step == r.cur.step-1 {
		return r.cur.last, nil
	}
	page, err := r.page(ctx, r.cur)
	if err != nil {
		if hopeless(err) {
			r.cur = nil // it would end there every time: the next Pull begins anew
		}
		return appsync.FeedPage{}, err
	}
	r.cur.step++
	page.Cursor = app.Cursor{Watermark: cur.Watermark, Next: r.cur.name + ":" + strconv.Itoa(r.cur.step)}
	if page.Done = len(r.cur.todo) == 0; page.Done {
		end := r.cur.end()
		add(&page.Posture, end.batch)
		page.Lacks, page.Cursor = end.lacks, app.Cursor{Watermark: end.mark}
		r.cur = nil
		return page, nil
	}
	r.cur.last = page
	return page, nil
}

// young reports that cur begins the run under way: its first page failed, or its commit.
func (r *runner) young(cur app.Cursor) bool {
	return cur.Next == "" && r.now().Sub(r.cur.began) < stale
}

// stale is the age at which a run that got no page stored is begun anew.
const stale = 10 * time.Minute

func place(next string) (name string, step int) {
	name, n, _ := strings.Cut(next, ":")
	step, err := strconv.Atoi(n)
	if err != nil {
		return "", 0
	}
	return name, step
}

// page works jobs off until there are rows enough, none is left, or one fails.
func (r *runner) page(ctx context.Context, run *run) (appsync.FeedPage, error) {
	type done struct {
		job
		answer
		err error
	}
	results := make(chan done)
	busy, rows := 0, 0
	var failed error
	var again []job
	for _, a := range run.kept {
		rows += a.rows
	}
	for {
		for failed == nil && rows < r.enough && busy < r.atOnce && len(run.todo) > 0 {
			j := run.todo[0]
			run.todo = run.todo[1:]
			busy++
			go func() {
				a, err := j.do(ctx)
				results <- done{j, a, err}
			}()
		}
		if busy == 0 {
			break
		}
		d := <-results
		busy--
		switch {
		case d.err == nil:
		case d.refused != nil && azure.Refused(d.err):
			d.answer = d.refused(d.err)
			r.log.LogAttrs(ctx, slog.LevelInfo, "posture: refused", slog.String("request", d.name), slog.String("kind", string(app.KindOf(d.err))))
		default:
			again = append(again, d.job)
			if failed == nil || app.KindOf(failed) == app.KindCancelled {
				failed = d.err
			}
			continue
		}
		rows += d.rows
		run.todo = append(d.next, run.todo...)
		run.kept = append(run.kept, d.answer)
	}
	run.todo = append(again, run.todo...)
	if failed != nil {
		return appsync.FeedPage{}, failed
	}
	var p appsync.FeedPage
	for _, a := range run.kept {
		add(&p.Posture, a.batch)
		p.Rows += a.rows
	}
	run.kept = nil
	return p, nil
}

// hopeless reports an error in the middle of a run that its next step would meet again.
func hopeless(err error) bool {
	kind := app.KindOf(err)
	return kind == app.KindInvalid || kind == app.KindInternal
}

// add appends all rows of b.
func add(to *posture.Batch, b posture.Batch) {
	to.Scores = append(to.Scores, b.Scores...)
	to.Parts = append(to.Parts, b.Parts...)
	to.Controls = append(to.Controls, b.Controls...)
	to.Metas = append(to.Metas, b.Metas...)
	to.Assessments = append(to.Assessments, b.Assessments...)
	to.Standards = append(to.Standards, b.Standards...)
	to.Requirements = append(to.Requirements, b.Requirements...)
	to.Contacts = append(to.Contacts, b.Contacts...)
	to.Counts = append(to.Counts, b.Counts...)
	to.Whole = append(to.Whole, b.Whole...)
}
