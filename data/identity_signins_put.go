package data

import (
	"cmp"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"watchfloor/app/identity"
)

// Flags of a sign-in.
const (
	flagInteractive = 1
	flagLocated     = 2
	flagTwice       = 4
)

// signInOverhead is what a sign-in takes besides its texts: its numbers and its place in
// seven indexes, measured.
const signInOverhead = 290

// signInPut stores sign-ins and counts what they change until tally writes it.
type signInPut struct {
	*tx
	words map[int64]int
	weeks map[int64][2]int // rows, bytes
}

func (t *tx) putSignIns(list []identity.SignIn) error {
	if len(list) == 0 {
		return nil
	}
	p := signInPut{t, map[int64]int{}, map[int64][2]int{}}
	for _, s := range list {
		if err := t.alive(); err != nil {
			return err
		}
		if err := p.put(s); err != nil {
			return err
		}
	}
	return p.tally()
}

func (p *signInPut) tally() error {
	for id, n := range p.words {
		if n != 0 {
			if err := p.exec(`UPDATE identity_word SET rows = rows + ? WHERE id = ?`, n, id); err != nil {
				return err
			}
		}
	}
	for week, n := range p.weeks {
		if err := p.exec(`INSERT INTO sign_in_week (week, rows, bytes) VALUES (?,?,?)
    ON CONFLICT (week) DO UPDATE SET rows = rows + excluded.rows, bytes = bytes + excluded.bytes`, week, n[0], n[1]); err != nil {
			return err
		}
	}
	return p.exec(`DELETE FROM sign_in_week WHERE rows <= 0`)
}

// signInRow is a sign-in as numbers. words are its identity_word ids, in the order of
// the columns.
type signInRow struct {
	id, week, at, hash int64
	words              [10]int64
	error, flags, size int
	ip                 string
}

// Places in signInRow.words.
const (
	atUser, atApp, atClient, atCountry, atPlace = 0, 1, 2, 3, 4
	atAccess, atMFA, atDuring, atAggregated     = 5, 6, 7, 8
	atState                                     = 9
)

const signInColumns = `s.id, s.week, s.at, s.hash, s.user, s.app, s.client, s.country, s.place, s.access, s.mfa, s.during, s.aggregated,
    s.state, s.error, s.flags, s.size, s.ip, s.types`

func (r *signInRow) dest(types *int64) []any {
	w := &r.words
	return []any{
		&r.id, &r.week, &r.at, &r.hash, &w[0], &w[1], &w[2], &w[3], &w[4], &w[5], &w[6], &w[7], &w[8], &w[9],
		&r.error, &r.flags, &r.size, &r.ip, types,
	}
}

func (p *signInPut) put(s identity.SignIn) error {
	key := keyOr(s.ID, string(s.Raw), s.At.String(), s.UserID, s.UPN, s.IP, s.AppID)
	rest, raw := signInRest(key, s), squeeze(s.Raw)
	r := signInRow{at: micros(s.At), hash: int64(hashOf(key)), error: s.ErrorCode, ip: s.IP} // #nosec G115 -- a hash, not a number
	if s.Interactive {
		r.flags |= flagInteractive
	}
	if s.Place.Located {
		r.flags |= flagLocated
	}
	r.size = signInOverhead + len(rest) + len(raw) + 2*len(s.IP)
	types, err := p.wordsOf(&r, s)
	if err != nil {
		return err
	}
	r.id = timedID(s.At, uint64(r.hash)) // #nosec G115 -- a hash, not a number
	r.week = weekOf(r.id)
	old, same, err := p.known(r, key, rest, raw)
	if err != nil || same {
		return err
	}
	if old != nil {
		if old.flags&flagTwice != 0 || old.at != r.at || old.ip != r.ip || old.words[atUser] != r.words[atUser] ||
			old.words[atApp] != r.words[atApp] || old.words[atPlace] != r.words[atPlace] || old.words[atCountry] != r.words[atCountry] ||
			old.error != r.error {
			r.flags |= flagTwice
		}
		if err := p.remove(*old); err != nil {
			return err
		}
	}
	if r.id, err = p.free(r.id); err != nil {
		return err
	}
	r.week = weekOf(r.id)
	if err := p.insertRow(r, types); err != nil {
		return err
	}
	return p.exec(`INSERT INTO sign_in_body (id, rest, raw) VALUES (?,?,?)`, r.id, rest, raw)
}

func (p *signInPut) insertRow(r signInRow, types int64) error {
	w := r.words
	p.count(r, 1)
	return p.exec(`INSERT INTO sign_in (id, week, at, hash, user, app, client, country, place, access, mfa, during, aggregated, state,
    error, flags, size, ip, types) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		r.id, r.week, r.at, r.hash, w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], r.error, r.flags, r.size, r.ip, types)
}

// count notes a row that comes or, with -1, goes.
func (p *signInPut) count(r signInRow, n int) {
	for _, id := range r.words {
		p.words[id] += n
	}
	was := p.weeks[r.week]
	p.weeks[r.week] = [2]int{was[0] + n, was[1] + n*r.size}
}

func (p *signInPut) remove(r signInRow) error {
	p.count(r, -1)
	return p.exec(`DELETE FROM sign_in WHERE id = ?`, r.id)
}

// known finds the stored row of the same remote id within a week of the given one: the
// service never moves a sign-in in time, and a row that lies further off is another.
func (p *signInPut) known(r signInRow, key string, rest, raw []byte) (old *signInRow, same bool, err error) {
	var found []signInRow
	err = p.each(`SELECT `+signInColumns+` FROM sign_in s WHERE s.week IN (?,?,?) AND s.hash = ?`,
		[]any{r.week - 1, r.week, r.week + 1, r.hash}, func(scan func(...any) error) error {
			var o signInRow
			var types int64
			err := scan(o.dest(&types)...)
			found = append(found, o)
			return err
		})
	if err != nil {
		return nil, false, err
	}
	for _, o := range found {
		var wasRest, wasRaw []byte
		var wasKey string
		if err := p.one(`SELECT rest, raw FROM sign_in_body WHERE id = ?`, []any{o.id}, &wasRest, &wasRaw); err != nil {
			return nil, false, err
		}
		if unpack(wasRest, &wasKey); strings.EqualFold(wasKey, key) {
			same := string(wasRest) == string(rest) && string(wasRaw) == string(raw) && o.words == r.words && o.at == r.at &&
				o.ip == r.ip && o.error == r.error
			return &o, same, nil
		}
	}
	return nil, false, nil
}

// free is the first free id from the given one.
func (p *signInPut) free(id int64) (int64, error) {
	for {
		var taken int
		err := p.one(`SELECT 1 FROM sign_in WHERE id = ?`, []any{id}, &taken)
		if errors.Is(err, sql.ErrNoRows) {
			return id, nil
		}
		if err != nil {
			return 0, err
		}
		id++
	}
}

func (p *signInPut) wordsOf(r *signInRow, s identity.SignIn) (types int64, err error) {
	for i, w := range []struct {
		kind       int
		text, sort string
	}{
		{wordUser, string(pack(s.UserID, s.UPN, s.Name)), cmp.Or(s.Name, s.UPN, s.UserID)},
		{wordApp, string(pack(s.AppID, s.App)), cmp.Or(s.App, s.AppID)},
		{wordClient, s.ClientApp, s.ClientApp},
		{wordCountry, s.Place.Country, s.Place.Country},
		{wordPlace, string(pack(s.Place.City, s.Place.State)), s.Place.City},
		{wordAccess, s.Access, s.Access},
		{wordMFA, s.MFA, s.MFA},
		{wordLevel, string(s.During), ""},
		{wordLevel, string(s.Aggregated), ""}, // sorted by rank, below
		{wordState, string(s.State), string(s.State)},
	} {
		if w.kind == wordLevel {
			w.sort = strconv.Itoa(identity.Level(w.text).Rank()) + w.text
		}
		if r.words[i], err = p.word(w.kind, w.text, w.sort); err != nil {
			return 0, err
		}
	}
	return p.word(wordTypes, string(pack(s.Types...)), "")
}

// signInRest is what lists and filters do not test.
func signInRest(key string, s identity.SignIn) []byte {
	policies := make([]string, 0, 2*len(s.Policies))
	for _, p := range s.Policies {
		policies = append(policies, p.Name, p.Result)
	}
	lat, lon := "", ""
	if s.Place.Located {
		lat, lon = strconv.FormatFloat(s.Place.Lat, 'g', -1, 64), strconv.FormatFloat(s.Place.Lon, 'g', -1, 64)
	}
	asn := ""
	if s.ASN != 0 {
		asn = strconv.Itoa(s.ASN)
	}
	d := s.Device
	return pack(key, s.Resource, asn, lat, lon, d.ID, d.Name, d.OS, d.Browser, d.Trust, d.Compliant, d.Managed, s.Failure, s.Detail,
		s.Correlation, s.TokenID, s.Issuer, s.Session, string(pack(policies...)))
}

// readSignIn is the inverse of signInRest and of the words.
func readSignIn(r signInRow, types int64, rest []byte, b *wordList) identity.SignIn {
	w := r.words
	s := identity.SignIn{
		At: when(r.at), UserID: b.part(w[atUser], 0), UPN: b.part(w[atUser], 1), Name: b.part(w[atUser], 2),
		AppID: b.part(w[atApp], 0), App: b.part(w[atApp], 1), ClientApp: b.part(w[atClient], 0), IP: r.ip,
		Access: b.part(w[atAccess], 0), MFA: b.part(w[atMFA], 0), ErrorCode: r.error, Interactive: r.flags&flagInteractive != 0,
		During: identity.Level(b.part(w[atDuring], 0)), Aggregated: identity.Level(b.part(w[atAggregated], 0)),
		State: identity.State(b.part(w[atState], 0)), Twice: r.flags&flagTwice != 0,
	}
	s.Place = identity.Place{City: b.part(w[atPlace], 0), State: b.part(w[atPlace], 1), Country: b.part(w[atCountry], 0), Located: r.flags&flagLocated != 0}
	if t := b.byID[types]; t != nil && len(t.parts) > 0 {
		s.Types = append([]string(nil), t.parts...)
	}
	var key, asn, lat, lon, policies string
	d := &s.Device
	unpack(rest, &key, &s.Resource, &asn, &lat, &lon, &d.ID, &d.Name, &d.OS, &d.Browser, &d.Trust, &d.Compliant, &d.Managed, &s.Failure,
		&s.Detail, &s.Correlation, &s.TokenID, &s.Issuer, &s.Session, &policies)
	s.ID = realID(key)
	s.ASN, _ = strconv.Atoi(asn)
	s.Place.Lat, _ = strconv.ParseFloat(lat, 64)
	s.Place.Lon, _ = strconv.ParseFloat(lon, 64)
	list := unpackAll(policies)
	for i := 0; i+1 < len(list); i += 2 {
		s.Policies = append(s.Policies, identity.Policy{Name: list[i], Result: list[i+1]})
	}
	return s
}
