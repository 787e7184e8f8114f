package simulator

import (
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// graphRequest is the body of a query.
type graphRequest struct {
	Subscriptions    []string         `json:"subscriptions"`
	ManagementGroups []string         `json:"managementGroups"`
	Query            string           `json:"query"`
	Facets           []map[string]any `json:"facets"`
	Options          struct {
		Top      *int   `json:"$top"`
		Skip     int    `json:"$skip"`
		Token    string `json:"$skipToken"`
		Format   string `json:"resultFormat"`
		Partial  bool   `json:"allowPartialScopes"`
		AuthZone string `json:"authorizationScopeFilter"`
	} `json:"options"`
}

// graphRow is a row of securityresources and how to write its properties, or a row of a
// summary: a text under a name, and a number.
type graphRow struct {
	id, low, name, kind, sub string // low is id in lower case
	properties               func(j *jw)

	byName, by string
	n          int64
}

// text is what a column holds; false where the row has no text there.
func (x *graphRow) text(column string) (v string, ok bool) {
	if x.properties == nil {
		return x.by, column == x.byName
	}
	switch column {
	case "id":
		return x.id, true
	case "name":
		return x.name, true
	case "type":
		return x.kind, true
	case "tenantId":
		return tenantID, true
	case "subscriptionId":
		return x.sub, true
	case "resourceGroup":
		return resourceGroupOf(x.id), true
	}
	return "", column != "properties"
}

const maxGraphRows = 1000

// resourceGraph answers queries over securityresources.
func (s *Server) resourceGraph(w http.ResponseWriter, r *http.Request, version string) {
	s.count("resource graph")
	if r.Method != http.MethodPost || wordIn([]string{"2022-10-01", "2024-04-01", "2021-03-01"}, version) < 0 {
		armError(w, http.StatusBadRequest, "InvalidApiVersionParameter", "The api-version '"+version+"' or the method is invalid.")
		return
	}
	ok, left, resets := s.posture.queries.take(s.now())
	if left < 0 {
		left, resets = 15, 5*time.Second
	}
	w.Header().Set("x-ms-user-quota-remaining", strconv.Itoa(left))
	w.Header().Set("x-ms-user-quota-resets-after", clockface(resets))
	if !ok {
		s.count("throttled query")
		w.Header().Set("Retry-After", seconds(resets))
		s.graphRefuses(w, http.StatusTooManyRequests, "RateLimiting", "RateLimiting", "Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.")
		return
	}
	var q graphRequest
	if text, status := readBody(w, r, &q); text != "" {
		s.graphRefuses(w, status, "BadRequest", "InvalidRequestContent", text)
		return
	}
	top := 100
	if q.Options.Top != nil {
		top = *q.Options.Top
	}
	parsed, err := parseKQL(q.Query)
	switch {
	case err != nil:
		s.graphRefuses(w, http.StatusBadRequest, "BadRequest", "InvalidQuery", "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying: "+err.Error()+".")
		return
	case top < 1 || top > maxGraphRows || q.Options.Skip < 0 || len(q.Facets) > 0 || len(q.ManagementGroups) > 0 || q.Options.Format != "" && wordIn([]string{"objectArray", "table"}, q.Options.Format) < 0:
		s.graphRefuses(w, http.StatusBadRequest, "BadRequest", "InvalidQueryOptions", "The options of the query are not valid or not supported.")
		return
	}
	subs := s.querySubs(q.Subscriptions)
	if len(subs) == 0 {
		s.graphRefuses(w, http.StatusBadRequest, "BadRequest", "NoValidSubscriptionsInQueryRequest", "There must be at least one subscription that is eligible to contain resources. Given: '"+strings.Join(q.Subscriptions, ",")+"'.")
		return
	}
	s.posture.mu.Lock()
	defer s.posture.mu.Unlock()
	rows, columns := s.run(parsed, subs)
	from := q.Options.Skip
	scope := q.Query + strings.Join(q.Subscriptions, ",")
	if q.Options.Token != "" {
		if from, ok = readSkip(q.Options.Token, scope); !ok {
			s.graphRefuses(w, http.StatusBadRequest, "BadRequest", "InvalidSkipToken", "The skip token belongs to another query or is not valid.")
			return
		}
	}
	from = min(from, len(rows))
	to := min(from+top, len(rows))
	writeAnswer(w, http.StatusOK, func(j *jw) {
		more := to < len(rows)
		pages := slices.Contains(columns, "id") // without an id there is nothing to go on from
		j.open("")
		j.num("totalRecords", int64(len(rows)))
		j.num("count", int64(to-from))
		j.str("resultTruncated", strconv.FormatBool(more && !pages))
		if more && pages {
			j.str("$skipToken", writeSkip(to, scope))
		}
		j.list("facets")
		j.endList()
		if q.Options.Format == "table" {
			tableJSON(j, rows[from:to], columns)
		} else {
			j.list("data")
			for _, row := range rows[from:to] {
				j.open("")
				for _, c := range columns {
					row.write(j, c, c)
				}
				j.end()
			}
			j.endList()
		}
		j.end()
	})
}

// write writes a cell under a key, or as a member of a list where there is no key.
func (x *graphRow) write(j *jw, key, column string) {
	if key != "" {
		j.key(key)
	} else {
		j.comma()
	}
	v, isText := x.text(column)
	switch {
	case column == "properties":
		x.properties(j)
	case isText:
		j.b = appendString(j.b, v)
	default: // the number of a summary
		j.b = strconv.AppendInt(j.b, x.n, 10)
	}
}

func tableJSON(j *jw, rows []graphRow, columns []string) {
	j.open("data")
	j.list("columns")
	for _, c := range columns {
		kind := "string"
		switch {
		case c == "properties":
			kind = "object"
		case len(rows) > 0 && rows[0].properties == nil && c == columns[0]:
			kind = "integer"
		}
		j.open("")
		j.str("name", c)
		j.str("type", kind)
		j.end()
	}
	j.endList()
	j.list("rows")
	for i := range rows {
		j.list("")
		for _, c := range columns {
			rows[i].write(j, "", c)
		}
		j.endList()
	}
	j.endList()
	j.end()
}

// graphRefuses answers in the shape of Resource Graph: the cause is among the details.
func (s *Server) graphRefuses(w http.ResponseWriter, status int, code, detail, text string) {
	writeJSON(w, status, map[string]any{"error": map[string]any{
		"code":    code,
		"message": fmt.Sprintf("Please provide below info when asking for support: timestamp = %s, correlationId = %s.", stamp(tick(s.now())), w.Header().Get("x-ms-request-id")),
		"details": []map[string]string{{"code": detail, "message": text}},
	}})
}

// querySubs are the places of the subscriptions that a query may see; none named = all.
// Those that do not exist or that the caller may not read are left out without a word.
func (s *Server) querySubs(named []string) (out []int) {
	for i, e := range s.posture.subs {
		if (len(named) == 0 || wordIn(named, e.id) >= 0) && s.Rights().mayRead(e.id) {
			out = append(out, i)
		}
	}
	return out
}

// run carries out a query and names the columns of its answer.
func (s *Server) run(q kql, subs []int) (rows []graphRow, columns []string) {
	kinds := []string(nil)
	for _, st := range q.steps {
		for _, t := range st.tests {
			if t.column == "type" && !t.not {
				kinds = t.words
			}
		}
	}
	rows = s.securityRows(kinds, subs)
	columns = append(slices.Clone(textColumns), "properties")
	for _, st := range q.steps {
		switch st.verb {
		case "where":
			rows = slices.DeleteFunc(rows, func(r graphRow) bool {
				return slices.ContainsFunc(st.tests, func(t kqlTest) bool { return !t.holds(&r) })
			})
		case "project":
			columns = st.columns
		case "order":
			arrange(rows, st.columns[0], st.desc)
		case "summarize":
			rows, columns = summarize(rows, st), []string{st.count, st.byName}
		case "limit":
			rows = rows[:min(st.limit, len(rows))]
		}
	}
	return rows, columns
}

// arrange orders rows by a column, ignoring case. Numbers come as they are.
func arrange(rows []graphRow, by string, desc bool) {
	key := func(r *graphRow) string {
		if by == "id" && r.properties != nil {
			return r.low
		}
		v, _ := r.text(by)
		return strings.ToLower(v)
	}
	order := func(a, b graphRow) int {
		if desc {
			a, b = b, a
		}
		return strings.Compare(key(&a), key(&b))
	}
	if !slices.IsSortedFunc(rows, order) {
		slices.SortStableFunc(rows, order)
	}
}

// summarize counts rows by a text, in the order in which the texts come.
func summarize(rows []graphRow, st kqlStep) (out []graphRow) {
	at := map[string]int{}
	for _, r := range rows {
		v := st.by.of(&r)
		n, known := at[v]
		if !known {
			n = len(out)
			at[v] = n
			out = append(out, graphRow{byName: st.byName, by: v})
		}
		out[n].n++
	}
	return out
}

func writeSkip(n int, scope string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(scope))
	return base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf("%d:%08x", n, h.Sum32())))
}

func readSkip(token, scope string) (int, bool) {
	raw, err := base64.StdEncoding.DecodeString(token)
	head, _, _ := strings.Cut(string(raw), ":")
	n, bad := strconv.Atoi(head)
	return n, err == nil && bad == nil && n >= 0 && writeSkip(n, scope) == token
}
