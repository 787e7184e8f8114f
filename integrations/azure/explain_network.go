package azure

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"

	"watchfloor/app"
)

// explainNetwork covers failures to get any answer. A write is certainly not applied
// only where no connection was made.
func explainNetwork(err error, i Intent) *app.Error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return explainContext(err, i)
	}
	e := app.E(app.KindOffline, "No connection to "+i.service()+".", err)
	e.MaybeApplied = i.Write && !neverSent(err)
	var dns *net.DNSError
	var op *net.OpError
	var timeout net.Error
	switch {
	case errors.As(err, &op) && op.Op == "proxyconnect":
		e.Message = "The proxy cannot be reached; check the network, and its address in HTTPS_PROXY."
	case errors.As(err, &dns):
		e.Message = "The name of " + i.service() + " cannot be resolved; check the network."
	case outOfDate(err):
		e.Message = "The certificate of " + i.service() + " is not valid at the date of this computer; check its clock."
	case distrusted(err):
		e.Message = "The certificate of " + i.service() + " is not trusted; a proxy may be in between, or the CA file is missing."
	case errors.Is(err, errIdle), errors.As(err, &timeout) && timeout.Timeout():
		e.Message = "No answer from " + i.service() + " in time."
	case strings.Contains(err.Error(), "protocol version"):
		e.Message = i.service() + " offers only an outdated TLS; Watchfloor needs 1.2 or newer."
	case neverSent(err):
		e.Message = i.service() + " cannot be reached; check the network."
	}
	return e
}

func neverSent(err error) bool {
	var dns *net.DNSError
	var op *net.OpError
	return errors.As(err, &dns) || errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") || distrusted(err)
}

func distrusted(err error) bool {
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	return errors.As(err, &verify) || errors.As(err, &unknown) || errors.As(err, &host) ||
		errors.As(err, &invalid) || errors.As(err, &record)
}

// outOfDate reports a certificate that is expired or not yet valid by the local clock.
func outOfDate(err error) bool {
	var invalid x509.CertificateInvalidError
	return errors.As(err, &invalid) && invalid.Reason == x509.Expired
}

// repeatable reports a failure that a second try a moment later may well not meet.
func repeatable(err error) bool {
	var known *app.Error
	var timeout net.Error
	switch {
	case errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, errTooLarge), errors.Is(err, errIdle), distrusted(err),
		errors.As(err, &timeout) && timeout.Timeout():
		return false
	}
	var op *net.OpError
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &op) ||
		strings.Contains(err.Error(), "http2:") || strings.Contains(err.Error(), "stream error")
}
