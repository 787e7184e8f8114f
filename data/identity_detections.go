package data

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"watchfloor/app/identity"
)

const dayMicros = 24 * 3600 * 1_000_000

func (t *tx) putDetections(list []identity.Detection) error {
	for _, d := range list {
		if err := t.alive(); err != nil {
			return err
		}
		if err := t.putDetection(d); err != nil {
			return err
		}
	}
	return nil
}

// detectionTime is what a detection is ordered by: the activity, or where the service
// gives none, when it was detected.
func detectionTime(d identity.Detection) (at int64) {
	if d.At.IsZero() {
		return micros(d.Detected)
	}
	return micros(d.At)
}

func (t *tx) putDetection(d identity.Detection) error {
	key := keyOr(d.ID, string(d.Raw), d.Subject, d.Type, d.At.String())
	at := detectionTime(d)
	var was struct {
		id, at                  int64
		subject, kind, ip, land string
		twice                   bool
	}
	err := t.one(`SELECT id, at, subject, type, ip, country, twice FROM detection WHERE remote_id = ?`, []any{key},
		&was.id, &was.at, &was.subject, &was.kind, &was.ip, &was.land, &was.twice)
	known := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	twice := false
	if known {
		twice = was.twice || was.at != at || was.subject != d.Subject || was.kind != d.Type || was.ip != d.IP || was.land != d.Place.Country
		if err := t.heat(was.at, was.kind, was.land, -1); err != nil {
			return err
		}
		if err := t.exec(`DELETE FROM detection WHERE id = ?`, was.id); err != nil {
			return err
		}
	}
	id, err := t.freeDetection(timedID(when(at), hashOf(key)))
	if err != nil {
		return err
	}
	if err := t.exec(`INSERT INTO detection (id, remote_id, subject, upn, name, workload, type, level, rank, state, timing, ip, country, city, at,
    twice, rest, raw) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`, id, key, d.Subject, d.UPN, d.Name, d.Workload, d.Type, string(d.Level),
		d.Level.Rank(), string(d.State), d.Timing, d.IP, d.Place.Country, d.Place.City, at, twice, detectionRest(d), squeeze(d.Raw)); err != nil {
		return err
	}
	return t.heat(at, d.Type, d.Place.Country, 1)
}

func (t *tx) freeDetection(id int64) (int64, error) {
	for {
		var taken int
		err := t.one(`SELECT 1 FROM detection WHERE id = ?`, []any{id}, &taken)
		if errors.Is(err, sql.ErrNoRows) {
			return id, nil
		}
		if err != nil {
			return 0, err
		}
		id++
	}
}

// heat counts a detection that comes or, with -1, goes.
func (t *tx) heat(at int64, kind, country string, n int) error {
	day := at / dayMicros
	if err := t.exec(`INSERT INTO identity_heat (day, type, country, n) VALUES (?,?,?,?)
    ON CONFLICT (day, type, country) DO UPDATE SET n = n + excluded.n`, day, kind, country, n); err != nil || n > 0 {
		return err
	}
	return t.exec(`DELETE FROM identity_heat WHERE day = ? AND type = ? AND country = ? AND n <= 0`, day, kind, country)
}

func detectionRest(d identity.Detection) []byte {
	info := make([]string, 0, 2*len(d.Info))
	for _, p := range d.Info {
		info = append(info, p.Key, p.Value)
	}
	lat, lon := "", ""
	if d.Place.Located {
		lat, lon = strconv.FormatFloat(d.Place.Lat, 'g', -1, 64), strconv.FormatFloat(d.Place.Lon, 'g', -1, 64)
	}
	stamp := func(at int64) string { return strconv.FormatInt(at, 36) }
	return pack(d.RequestID, d.CorrelationID, d.Detail, d.Activity, d.Issuer, d.Source, d.Place.State, lat, lon,
		stamp(micros(d.At)), stamp(micros(d.Detected)), stamp(micros(d.Updated)), string(pack(info...)))
}

const detectionColumns = `d.id, d.remote_id, d.subject, d.upn, d.name, d.workload, d.type, d.level, d.state, d.timing, d.ip, d.country, d.city,
    d.twice, d.rest`

// scanDetection reads a row of detectionColumns without its JSON; id is that of the
// cache.
func scanDetection(scan func(...any) error) (d identity.Detection, id int64, err error) {
	var rest []byte
	if err = scan(&id, &d.ID, &d.Subject, &d.UPN, &d.Name, &d.Workload, &d.Type, &d.Level, &d.State, &d.Timing, &d.IP, &d.Place.Country,
		&d.Place.City, &d.Twice, &rest); err != nil {
		return d, id, err
	}
	d.ID = realID(d.ID)
	var lat, lon, at, detected, updated, info string
	unpack(rest, &d.RequestID, &d.CorrelationID, &d.Detail, &d.Activity, &d.Issuer, &d.Source, &d.Place.State, &lat, &lon,
		&at, &detected, &updated, &info)
	if lat != "" && lon != "" {
		d.Place.Located = true
		d.Place.Lat, _ = strconv.ParseFloat(lat, 64)
		d.Place.Lon, _ = strconv.ParseFloat(lon, 64)
	}
	d.At, d.Detected, d.Updated = stamped(at), stamped(detected), stamped(updated)
	pairs := unpackAll(info)
	for i := 0; i+1 < len(pairs); i += 2 {
		d.Info = append(d.Info, identity.Pair{Key: pairs[i], Value: pairs[i+1]})
	}
	return d, id, nil
}

func stamped(text string) time.Time {
	at, _ := strconv.ParseInt(text, 36, 64) // written by detectionRest
	return when(at)
}

var detectionList = &idList{
	name: "detections", from: "detection d", key: "d.id", cols: detectionColumns,
	sorts: map[string]string{
		identity.ByTime: "d.id", identity.ByUser: "d.upn", identity.ByType: "d.type", identity.ByCountry: "d.country",
		identity.ByRisk: "d.rank", identity.ByState: "d.state", identity.ByIP: "d.ip",
	},
	text: []string{"d.name", "d.upn", "d.ip", "d.city", "d.type", "d.country"},
	term: func(w *where, t identity.Term, now time.Time) bool {
		switch {
		case t.Key == identity.KeyLevel || t.Key == identity.KeyRisk:
			return w.words("d.level", t.Values, knownLevels)
		case t.Key == identity.KeyState:
			return w.words("d.state", t.Values, knownStates)
		case t.Key == identity.KeyType:
			return w.in("d.type", t.Values)
		case t.Key == identity.KeyCountry:
			return w.in("d.country", t.Values)
		case t.Key == identity.KeyCity:
			return w.part([]string{"d.city"}, t.Values)
		case t.Key == identity.KeyTiming:
			return w.in("d.timing", t.Values)
		case t.Key == identity.KeyUser:
			return w.part([]string{"d.name", "d.upn", "d.subject"}, t.Values)
		case t.Key == identity.KeyIP:
			for _, v := range t.Values {
				w.add("d.ip >= ? AND d.ip < ?", v, v+"\U0010FFFF")
			}
			return true
		case t.Key == identity.KeyIs:
			return w.flag(t, map[string]string{"high": highBy("d.subject", "d.upn") + " <> ''"})
		case isSpan(t, identity.KeyAt):
			return w.during("d.id", true, t, now)
		}
		return false
	},
}

// Detections implements identity.Reader.
func (r identities) Detections(ctx context.Context, q identity.Query) (identity.Window[identity.Detection], error) {
	return readList(ctx, r.c, detectionList, q, func(scan func(...any) error, sort *any) (identity.Detection, string, error) {
		d, id, err := scanDetection(func(dest ...any) error { return scan(append([]any{sort}, dest...)...) })
		return d, strconv.FormatInt(id, 10), err
	})
}
