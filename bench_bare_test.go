package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/data"
	"watchfloor/integrations/defender"
	"watchfloor/integrations/sentinel"
	"watchfloor/integrations/simulator"
)

// bareLoop is the least that a pull can be: it asks the same requests in the same
// order with a plain HTTP client, decodes the bytes with the same decoders and inserts
// the same rows into the same tables, one transaction a page. It knows no cursor, no
// change, no twin, no retry, no second run.
type bareLoop struct {
	b    testing.TB
	http *http.Client
	set  simulator.Settings
	mu   sync.Mutex // one writer
	conn *sql.Conn
	stmt map[string]*sql.Stmt
	id   int64
	ents map[string]int64
	rows int
}

func runBareLoop(b testing.TB, sim *simulator.Server) int {
	b.Helper()
	path := filepath.Join(b.TempDir(), "bare.db")
	c, err := data.Open(context.Background(), data.Config{Path: path}) // makes the tables
	if err != nil {
		b.Fatal(err)
	}
	c.Close()
	db, err := sql.Open("watchfloor-sqlite3", "file:"+path+"?_journal_mode=WAL")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(sim.Settings().CAPEM)
	l := &bareLoop{
		b: b, conn: conn, set: sim.Settings(), stmt: map[string]*sql.Stmt{}, ents: map[string]int64{},
		http: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}},
	}
	var wg sync.WaitGroup
	wg.Go(l.sentinel)
	wg.Go(l.defender)
	wg.Wait()
	return l.rows
}

func (l *bareLoop) must(err error) {
	if err != nil {
		panic(err)
	}
}

func (l *bareLoop) token(scope string) string {
	resp, err := l.http.PostForm(strings.TrimSuffix(l.set.Authority, "/")+"/"+l.set.TenantID+"/oauth2/v2.0/token", url.Values{
		"client_id": {l.set.ClientID}, "client_secret": {l.set.ClientSecret}, "grant_type": {"client_credentials"}, "scope": {scope},
	})
	l.must(err)
	defer resp.Body.Close()
	var t struct {
		Token string `json:"access_token"`
	}
	l.must(json.NewDecoder(resp.Body).Decode(&t))
	return t.Token
}

func (l *bareLoop) ask(method, address, token string) []byte {
	req, err := http.NewRequest(method, address, nil)
	l.must(err)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Prefer", "include-unknown-enum-members")
	resp, err := l.http.Do(req)
	l.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	l.must(err)
	if resp.StatusCode != http.StatusOK {
		panic(fmt.Sprint(method, " ", address, ": ", resp.Status, " ", string(body)))
	}
	return body
}

type barePage struct {
	Value []json.RawMessage `json:"value"`
	Arm   string            `json:"nextLink"`
	Graph string            `json:"@odata.nextLink"`
}

func (l *bareLoop) defender() {
	token := l.token(strings.TrimSuffix(l.set.Graph, "/v1.0") + "/.default")
	next := l.set.Graph + "/security/incidents?$expand=alerts&$top=50"
	for next != "" {
		var p barePage
		l.must(json.Unmarshal(l.ask("GET", strings.ReplaceAll(next, " ", "%20"), token), &p))
		var got []app.Pulled
		for _, raw := range p.Value {
			row, _ := defender.DecodeIncident(raw)
			got = append(got, row)
		}
		l.store(got, nil)
		next = p.Graph
	}
}

func (l *bareLoop) sentinel() {
	token := l.token(l.set.ARMAudience + "/.default")
	base := l.set.ARM + "/subscriptions/" + l.set.SubscriptionID + "/resourceGroups/" + l.set.ResourceGroup +
		"/providers/Microsoft.OperationalInsights/workspaces/" + l.set.Workspace + "/providers/Microsoft.SecurityInsights/incidents"
	const version = "api-version=2025-07-01-preview"
	next := base + "?" + version + "&$top=1000&$orderby=" + url.QueryEscape("properties/createdTimeUtc desc")
	var due []string
	horizon := time.Now().AddDate(0, 0, -data.DefaultDetailDays)
	for next != "" {
		var p barePage
		l.must(json.Unmarshal(l.ask("GET", next, token), &p))
		var got []app.Pulled
		for _, raw := range p.Value {
			row, _ := sentinel.DecodeIncident(raw)
			if row.Incident.Status.Open() || row.Incident.Modified.After(horizon) {
				due = append(due, row.Incident.Ref.ID)
			}
			got = append(got, row)
		}
		l.store(got, nil)
		next = p.Arm
	}
	const batch = 32
	for len(due) > 0 {
		n := min(batch, len(due))
		got := make([]app.Details, n)
		var wg sync.WaitGroup
		slots := make(chan struct{}, 4)
		for i, id := range due[:n] {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				d := &got[i]
				at := base + "/" + url.PathEscape(id) + "/"
				d.Alerts, _, _ = sentinel.DecodeAlerts(l.ask("POST", at+"alerts?"+version, token))
				d.Entities, _, _ = sentinel.DecodeEntities(l.ask("POST", at+"entities?"+version, token))
				d.Bookmarks, _, _ = sentinel.DecodeBookmarks(l.ask("POST", at+"bookmarks?"+version, token))
				for _, e := range d.Entities {
					d.Evidence = append(d.Evidence, app.Evidence{Entity: e, Raw: e.Raw})
				}
				var p barePage
				l.must(json.Unmarshal(l.ask("GET", at+"comments?"+version, token), &p))
				d.Comments, _ = sentinel.DecodeComments(p.Value)
				l.must(json.Unmarshal(l.ask("GET", at+"tasks?"+version, token), &p))
				d.Tasks, _ = sentinel.DecodeTasks(p.Value)
			})
		}
		wg.Wait()
		l.store(nil, got)
		due = due[n:]
	}
}

func (l *bareLoop) exec(query string, args ...any) {
	s, ok := l.stmt[query]
	if !ok {
		var err error
		s, err = l.conn.PrepareContext(context.Background(), query)
		l.must(err)
		l.stmt[query] = s
	}
	_, err := s.Exec(args...)
	l.must(err)
}

// store inserts a page of incidents, or details under incidents of their own.
func (l *bareLoop) store(rows []app.Pulled, details []app.Details) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.exec("BEGIN IMMEDIATE")
	for _, p := range rows {
		l.incident(p)
	}
	for _, d := range details {
		l.id++
		l.exec(`INSERT INTO incident (id, source, remote_id, number, title, severity, status, open, created, modified, stored, fingerprint)
VALUES (?, 'bare', ?, '', '', 0, 0, 0, 0, 0, 0, 0)`, l.id, fmt.Sprint(l.id))
		l.details(l.id, d, true)
		l.exec(`INSERT INTO search (rowid, title, description, entities, comments) VALUES (?, '', '', ?, ?)`, l.id, entityText(d), commentText(d))
	}
	l.exec("COMMIT")
}

func entityText(d app.Details) string {
	var b bytes.Buffer
	for _, e := range d.Entities {
		b.WriteString(e.Name + " " + e.Key + "\n")
	}
	for _, e := range d.Evidence {
		b.WriteString(e.Entity.Name + " " + e.Entity.Key + "\n")
	}
	return b.String()
}

func commentText(d app.Details) string {
	s := ""
	for _, c := range d.Comments {
		s += c.Text + "\n"
	}
	return s
}

func (l *bareLoop) incident(p app.Pulled) {
	in := p.Incident
	l.id++
	l.rows++
	tags, err := json.Marshal(in.Tags)
	l.must(err)
	l.exec(`INSERT INTO incident (id, source, remote_id, number, provider_id, title, severity, status, open, owner_upn, owner_name,
    owner_oid, classification, determination, tags, created, modified, stored, products, tactics, etag, fingerprint)
VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0)`, l.id, string(in.Source), in.Ref.ID, in.Number, in.ProviderID, in.Title, in.Severity,
		in.Status, in.Status.Open(), in.Owner.UPN, in.Owner.Name, in.Owner.ObjectID, string(in.Classification), in.Determination,
		string(tags), in.Created.UnixMicro(), in.Modified.UnixMicro(), l.id, strings.Join(in.Products, "\n"), strings.Join(in.Tactics, "\n"), in.ETag)
	l.exec(`INSERT INTO incident_text (incident_id, description, closing_note, url, raw) VALUES (?,?,?,?,?)`, l.id, in.Description, in.ClosingNote, in.URL, p.Raw)
	var d app.Details
	if p.Details != nil {
		d = *p.Details
		l.details(l.id, d, false)
	}
	l.exec(`INSERT INTO search (rowid, title, description, entities, comments) VALUES (?,?,?,?,?)`, l.id, in.Title, in.Description, entityText(d), commentText(d))
}

func (l *bareLoop) details(id int64, d app.Details, withRaw bool) {
	raw := func(b []byte) []byte {
		if withRaw && b != nil {
			return b
		}
		return []byte{}
	}
	for _, a := range d.Alerts {
		l.exec(`INSERT OR IGNORE INTO alert (incident_id, remote_id, title, description, severity, status, product, category, techniques, remediation, raw)
VALUES (?,?,?,?,?,?,?,?,?,?,?)`, id, a.ID, a.Title, a.Description, a.Severity, a.Status, a.Product, a.Category, strings.Join(a.Techniques, "\n"), a.Remediation, raw(a.Raw))
	}
	link := func(e app.Entity) int64 {
		k := string(e.Kind) + "\x00" + e.Key
		eid, ok := l.ents[k]
		if !ok {
			eid = int64(len(l.ents) + 1)
			l.ents[k] = eid
			l.exec(`INSERT INTO entity (id, kind, key, name) VALUES (?,?,?,?)`, eid, string(e.Kind), e.Key, e.Name)
		}
		l.exec(`INSERT OR IGNORE INTO incident_entity (incident_id, entity_id, raw) VALUES (?,?,?)`, id, eid, raw(e.Raw))
		return eid
	}
	for _, e := range d.Entities {
		link(e)
	}
	for n, e := range d.Evidence {
		l.exec(`INSERT INTO evidence (incident_id, ordinal, alert_id, entity_id, verdict, remediation, roles, raw) VALUES (?,?,?,?,?,?,?,?)`,
			id, n, e.AlertID, link(e.Entity), e.Verdict, e.Remediation, strings.Join(e.Roles, ", "), raw(e.Raw))
	}
	for _, c := range d.Comments {
		l.exec(`INSERT OR IGNORE INTO comment (incident_id, remote_id, author, text, created) VALUES (?,?,?,?,?)`, id, c.ID, c.Author, c.Text, c.Created.UnixMicro())
	}
	for _, k := range d.Tasks {
		l.exec(`INSERT OR IGNORE INTO task (incident_id, remote_id, title, done) VALUES (?,?,?,?)`, id, k.ID, k.Title, k.Done)
	}
	for _, m := range d.Bookmarks {
		l.exec(`INSERT OR IGNORE INTO bookmark (incident_id, remote_id, title, query, raw) VALUES (?,?,?,?,?)`, id, m.ID, m.Title, m.Query, raw(m.Raw))
	}
}
