package data

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/data/pages"
	"watchfloor/data/vault"
)

// lived is a cache with a past: incidents and actions from before its backup and from
// after it, in every state.
type lived struct {
	path    string
	clock   *clock
	texts   map[string][]string      // what an incident may say, by remote id: as in the backup and now
	actions map[string]outbox.Action // as they are at the end, by GUID
	files   map[string][]byte        // the folder after it was closed
	killed  map[string][]byte        // the folder a moment before
	early   map[string][]byte        // the log of an earlier day
	draft   string
}

var past struct {
	sync.Once
	l *lived
}

// live is one, made once: what it holds is only read, its clock is the caller's.
func live(t testing.TB) *lived {
	t.Helper()
	past.Do(func() { past.l = newLived(t) })
	if past.l == nil {
		t.Fatal("the cache of these tests could not be made")
	}
	l := *past.l
	l.clock = &clock{noon}
	return &l
}

func newLived(t testing.TB) *lived {
	t.Helper()
	l := &lived{path: filepath.Join(t.TempDir(), "home", "cache.db"), clock: &clock{noon}, texts: map[string][]string{}, actions: map[string]outbox.Action{}}
	cache := l.open(t, l.path)
	store := func(from, to, version int) {
		var rows []app.Pulled
		for i := from; i < to; i++ {
			rows = append(rows, pulled(app.Sentinel, fmt.Sprint("in-", i), func(in *app.Incident) {
				in.Title = fmt.Sprintf("Incident %d as of %d", i, version)
				in.Description = strings.Repeat(in.Title+". ", 60)
				in.Created, in.Modified = noon.Add(time.Duration(i)*time.Hour), noon.Add(time.Duration(i)*time.Hour+time.Duration(version)*time.Minute)
				l.texts[in.Ref.ID] = append(l.texts[in.Ref.ID], in.Title)
			}))
		}
		if err := cache.StorePage(t.Context(), app.Sentinel, app.Page{Rows: rows, Done: true, Cursor: app.Cursor{Watermark: noon}}); err != nil {
			t.Fatal(err)
		}
	}
	do := func(i int, r outbox.Request) outbox.Action {
		k, err := cache.Lookup(t.Context(), app.Ref{Source: app.Sentinel, ID: fmt.Sprint("in-", i)})
		if err != nil {
			t.Fatal(err)
		}
		r.IncidentID = k.Incident.ID
		a, err := cache.Enqueue(t.Context(), outbox.Action{ID: uuid.NewString(), Request: r, Actor: "ana@clinic.example", Tenant: "Clinic"})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	become := func(a outbox.Action, s outbox.State) {
		a, err := cache.Action(t.Context(), a.Seq)
		if err != nil {
			t.Fatal(err)
		}
		if a.State = s; s == outbox.Sending {
			a.Sent = outbox.Sent{At: noon, ETag: "e1", Modified: noon}
		}
		if !s.Pending() {
			a.Finished = noon
		}
		if err := cache.Save(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	severity := outbox.Request{Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.High}}
	comment := func(n int) outbox.Request {
		return outbox.Request{Verb: outbox.Comment, Text: fmt.Sprintf("word %d ", n) + strings.Repeat("and more ", n*90)}
	}

	store(0, 150, 1)
	var old []outbox.Action
	for i := range 12 {
		old = append(old, do(i, severity), do(i, comment(i)))
	}
	become(old[0], outbox.Done)
	if _, err := cache.cfg.backup(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.early = folder(t, l.path)
	for i, s := range []outbox.State{outbox.Done, outbox.Discarded, outbox.Sending, outbox.Conflict, outbox.Failed, outbox.Done, outbox.Done, outbox.Done} {
		become(old[2*i+2], s)
	}
	store(100, 220, 2)
	for i := 140; i < 170; i++ {
		do(i, severity)
		do(i, comment(i%11))
	}
	l.draft = "not yet said"
	k, err := cache.Lookup(t.Context(), app.Ref{Source: app.Sentinel, ID: "in-200"})
	if err != nil {
		t.Fatal(err)
	}
	if err := cache.SaveDraft(t.Context(), k.Incident.ID, l.draft); err != nil {
		t.Fatal(err)
	}
	all, err := cache.Actions(t.Context(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		l.actions[a.ID] = a
	}
	l.killed = folder(t, l.path)
	if err := cache.Close(); err != nil {
		t.Fatal(err)
	}
	l.files = folder(t, l.path)
	return l
}

func (l *lived) open(t testing.TB, path string) *Cache {
	t.Helper()
	c, err := Open(t.Context(), Config{Key: testKey, Path: path, Now: l.clock.now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatalf("it does not open: %v", err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// readable reports whether every page that holds a part of an unfinished action can be
// read in a damaged file.
func (l *lived) readable(t testing.TB, path string) bool {
	t.Helper()
	images, err := vault.NewImages(l.files["cache.db.header"], testKey)
	if err != nil {
		t.Fatal(err)
	}
	defer images.Close()
	f, err := pages.Open(path, vault.PageBytes, vault.ReservedBytes, images.Open)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found := map[string]bool{}
	if _, err := pages.Scan(f, func(n int) bool { return n > 21 }, func(r pages.Row) error {
		if id, ok := r.Values[1].(string); ok && r.Values[12] == string(l.actions[id].State) {
			found[id] = true
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for id, a := range l.actions {
		if a.State.Pending() && !found[id] {
			return false
		}
	}
	return true
}

// folder reads the files of a cache and its backups.
func folder(t testing.TB, path string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	dir := filepath.Dir(path)
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, p)
		if err == nil {
			out[name], err = os.ReadFile(p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// place writes files to a folder of their own and returns the path of the cache.
func place(t testing.TB, files map[string][]byte) (path string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "home")
	for name, b := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "cache.db")
}

// with is files with one of them replaced; nil takes it away.
func with(files map[string][]byte, name string, b []byte) map[string][]byte {
	out := map[string][]byte{}
	for n, c := range files {
		out[n] = c
	}
	if out[name] = b; b == nil {
		delete(out, name)
	}
	return out
}

// kept is what a recovery kept of the unfinished actions.
type kept struct{ waiting, held, lost int }

// use starts the program on a cache as a person would: what is found to be damaged while
// it is read is repaired by the next start. Nothing that is shown may be wrong.
func (l *lived) use(t *testing.T, what, path string) (cache *Cache, k kept) {
	t.Helper()
	for start := 0; ; start++ {
		began := time.Now()
		t.Logf("%s, start %d", what, start)
		cache = l.open(t, path)
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%s: the start took %v", what, took)
		}
		err := l.browse(t, what, cache)
		if err == nil {
			err = cache.Check(t.Context())
		}
		if err == nil {
			break
		}
		if start == 1 || !cache.Damaged() || !strings.Contains(app.Say(err), "start it again") {
			t.Fatalf("%s, start %d: %v", what, start, err)
		}
		cache.Close()
	}
	all, err := cache.Actions(t.Context(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]outbox.Action{}
	for _, a := range all {
		got[a.ID] = a
		was, known := l.actions[a.ID]
		switch {
		case !known:
			t.Errorf("%s: an action that nobody decided: %+v", what, a)
		case !was.State.Pending() && (a.State == outbox.Queued || a.State == outbox.Sending):
			t.Errorf("%s: %s %s is %s again", what, was.State, a.Describe(), a.State)
		case a.Text != was.Text || a.Ref != was.Ref || a.Verb != was.Verb:
			t.Errorf("%s: the action says something else: %+v", what, a)
		case was.State == outbox.Sending && a.State != outbox.Failed && (a.State != outbox.Sending || a.Sent.IsZero()):
			t.Errorf("%s: a write in doubt is forgotten: %s, %+v", what, a.State, a.Sent)
		}
	}
	for id, was := range l.actions {
		a, there := got[id]
		switch {
		case !was.State.Pending():
		case !there:
			k.lost++
		case a.State == was.State:
			k.waiting++
		default:
			k.held++
		}
	}
	return cache, k
}

// browse reads what screens show of incidents.
func (l *lived) browse(t *testing.T, what string, cache *Cache) error {
	t.Helper()
	err := cache.view(t.Context(), func(q querier) error {
		return q.each(`SELECT i.remote_id, i.title, x.description FROM incident i JOIN incident_text x ON x.incident_id = i.id`, nil,
			func(scan func(...any) error) error {
				var id, title, description string
				err := scan(&id, &title, &description)
				if err == nil && (!slices.Contains(l.texts[id], title) || description != "" && description != strings.Repeat(title+". ", 60)) {
					t.Errorf("%s: incident %s says %.80q", what, id, title)
				}
				return err
			})
	})
	if err != nil {
		return err
	}
	if _, err := cache.Window(t.Context(), triage.Query{}); err != nil {
		return err
	}
	k, err := cache.Lookup(t.Context(), app.Ref{Source: app.Sentinel, ID: "in-200"})
	if app.KindOf(err) == app.KindNotFound {
		return nil // the next pull brings it
	}
	if err != nil {
		return err
	}
	cs, err := cache.Case(t.Context(), k.Incident.ID)
	if err == nil && cs.Draft != "" && cs.Draft != l.draft {
		t.Errorf("%s: a draft says %q", what, cs.Draft)
	}
	return err
}
