package data

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/fnv"
	"io"
	"strings"
	"sync"
	"time"
)

// hashBits is how much of a timed id tells rows of one millisecond apart.
const hashBits = 21

// maxMillis is the last millisecond a timed id can hold, in 2109; later and earlier
// times than 1970 are kept exactly beside it.
const maxMillis = 1<<42 - 1

// timedID is an id that follows the time. Two rows may share it: then the next free one
// is taken.
func timedID(at time.Time, hash uint64) int64 {
	return millisID(at) | int64(hash&(1<<hashBits-1)) // #nosec G115 -- 21 bits by its making
}

// millisID is the first id of the millisecond of at; ids of earlier rows are less.
func millisID(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return min(max(at.UnixMilli(), 0), maxMillis) << hashBits
}

const weekMillis = 7 * 24 * 3600 * 1000

// weekOf is the week of a timed id, counted since 1970.
func weekOf(id int64) int64 { return id >> hashBits / weekMillis }

func hashOf(s string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, strings.ToLower(s))
	return h.Sum64()
}

// pack joins texts, each behind its length.
func pack(fields ...string) []byte {
	n := 0
	for _, f := range fields {
		n += len(f) + 1
	}
	b := make([]byte, 0, n+4)
	for _, f := range fields {
		b = binary.AppendUvarint(b, uint64(len(f)))
		b = append(b, f...)
	}
	return b
}

// unpack is the inverse of pack. What is not told at the end is "".
func unpack(b []byte, into ...*string) {
	for _, f := range into {
		n, used := binary.Uvarint(b)
		left := uint64(max(0, len(b)-used)) // #nosec G115 -- not negative
		if used <= 0 || n > left {
			return
		}
		*f, b = string(b[used:used+int(n)]), b[used+int(n):] // #nosec G115 -- not above len(b)
	}
}

// unpackAll reads as many texts as there are.
func unpackAll(b string) (out []string) {
	rest := []byte(b)
	for len(rest) > 0 {
		n, used := binary.Uvarint(rest)
		left := uint64(max(0, len(rest)-used)) // #nosec G115 -- not negative
		if used <= 0 || n > left {
			return out
		}
		out, rest = append(out, string(rest[used:used+int(n)])), rest[used+int(n):] // #nosec G115 -- not above len(rest)
	}
	return out
}

// Methods of stored JSON: the first byte of a raw column.
const (
	rawPlain    = 0
	rawDeflated = 1 // with rawWords as dictionary
)

// rawWords is what JSON of sign-ins, detections and users is made of; it halves what they
// take. It must never change: another one needs a method of its own.
const rawWords = `","riskEventTypes":[],"deviceId":"","isCompliant":false,"isManaged":true,"trustType":"Hybrid Azure AD joined"` +
	`"enforcedSessionControls":[],"enforcedGrantControls":["mfa","block"],"result":"notEnabled","result":"notApplied","result":"success","result":"failure"` +
	`"isProcessing":false,"isDeleted":false,"riskLastUpdatedDateTime":"2026-","userDisplayName":"","userPrincipalName":"","history":null` +
	`"additionalInfo":"[{\"Key\":\"userAgent\",\"Value\":\"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0\"}]"` +
	`"activity":"signin","detectionTimingType":"realtime","nearRealtime","offline","source":"IdentityProtection","tokenIssuerType":"AzureAD"` +
	`"riskEventType":"unfamiliarFeatures","unlikelyTravel","anonymizedIPAddress","anomalousToken","leakedCredentials","passwordSpray","maliciousIPAddress"` +
	`"activityDateTime":"2026-","detectedDateTime":"2026-","lastUpdatedDateTime":"2026-","requestId":"` +
	`"authenticationDetails":[{"authenticationStepDateTime":"2026-","authenticationMethod":"Password","authenticationMethodDetail":"Password in the cloud","succeeded":true,"authenticationStepResultDetail":"","authenticationStepRequirement":"Primary authentication"}]` +
	`"authenticationRequirement":"multiFactorAuthentication","singleFactorAuthentication","mfaDetail":{"authMethod":null,"authDetail":null},"uniqueTokenIdentifier":"","sessionId":"","autonomousSystemNumber":,"incomingTokenType":"none"` +
	`{"id":"","createdDateTime":"2026-","userDisplayName":"","userPrincipalName":"","userId":"","appId":"","appDisplayName":"","ipAddress":"","clientAppUsed":"Browser","Mobile Apps and Desktop clients","Exchange ActiveSync","IMAP4"` +
	`"correlationId":"","conditionalAccessStatus":"notApplied","isInteractive":true,"riskDetail":"none","riskLevelAggregated":"none","riskLevelDuringSignIn":"none","riskState":"none","atRisk","riskEventTypes_v2":[],"resourceDisplayName":"Microsoft Graph","Office 365 Exchange Online","resourceId":"00000003-0000-0000-c000-000000000000"` +
	`"status":{"errorCode":0,"failureReason":"Other.","additionalDetails":null},"deviceDetail":{"deviceId":"","displayName":"","operatingSystem":"Windows10","browser":"Edge 130.0.0","isCompliant":null,"isManaged":null,"trustType":null}` +
	`,"location":{"city":"","state":"","countryOrRegion":"","geoCoordinates":{"altitude":null,"latitude":,"longitude":}},"appliedConditionalAccessPolicies":[{"id":"","displayName":"","enforcedGrantControls":[],"enforcedSessionControls":[],"result":"notEnabled"}]}`

// Writers and readers are kept: making one costs more than using it.
var (
	deflaters = sync.Pool{New: func() any { return &deflater{} }}
	inflaters = sync.Pool{New: func() any { return flate.NewReaderDict(nil, []byte(rawWords)) }}
)

type deflater struct {
	out bytes.Buffer
	w   *flate.Writer
}

// squeeze is JSON as a raw column holds it.
func squeeze(raw []byte) []byte {
	if len(raw) == 0 {
		return []byte{}
	}
	d := deflaters.Get().(*deflater)
	defer deflaters.Put(d)
	d.out.Reset()
	d.out.WriteByte(rawDeflated)
	var err error
	if d.w == nil {
		if d.w, err = flate.NewWriterDict(&d.out, 6, []byte(rawWords)); err != nil {
			d.w = nil
		}
	} else {
		d.w.Reset(&d.out)
	}
	if d.w != nil {
		if _, err = d.w.Write(raw); err == nil {
			err = d.w.Close()
		}
	}
	if d.w == nil || err != nil || d.out.Len() > len(raw) {
		return append([]byte{rawPlain}, raw...)
	}
	return bytes.Clone(d.out.Bytes())
}

// expand is the inverse of squeeze. JSON that cannot be read gives an error, so that a
// damaged row is told rather than shown empty.
func expand(b []byte) ([]byte, error) {
	switch {
	case len(b) == 0:
		return nil, nil
	case b[0] == rawPlain:
		return bytes.Clone(b[1:]), nil
	}
	r := inflaters.Get().(io.ReadCloser)
	defer inflaters.Put(r)
	if err := r.(flate.Resetter).Reset(bytes.NewReader(b[1:]), []byte(rawWords)); err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
