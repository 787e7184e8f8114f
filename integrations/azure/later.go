package azure

import (
	"context"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// Later is the credential of an application that build makes at the first need and again
// at every SignIn, because a keyring may have been unlocked or a certificate replaced
// meanwhile. Until build succeeds every request for a token fails with its sentence, as
// KindSignIn, and build is not called for it again. A SignIn whose build fails keeps a
// credential that was made before. A build that its caller's context cut short says
// nothing about the sign-in: the next need builds again.
func Later(build func(context.Context) (*Credential, error)) *Credential {
	l := &later{build: build}
	return &Credential{inner: l, anew: func(ctx context.Context) { _, _ = l.make(ctx, true) }, other: explainNothing}
}

type later struct {
	build func(context.Context) (*Credential, error)

	mu   sync.Mutex
	made *Credential // nil before the first need
}

// make builds a credential; a need of one (anew is false) takes what is there.
func (l *later) make(ctx context.Context, anew bool) (*Credential, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.made != nil && !anew {
		return l.made, nil
	}
	c, err := l.build(ctx)
	switch {
	case err == nil:
		l.made = c
	case ctx.Err() != nil:
		return nil, explainContext(ctx.Err(), entra)
	case l.made == nil || l.made.refuses():
		l.made = Unavailable(err)
	}
	return l.made, nil
}

func (l *later) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	c, err := l.make(ctx, false)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	return c.GetToken(ctx, o)
}

// refuses reports a credential of Unavailable.
func (c *Credential) refuses() bool {
	_, ok := c.inner.(refusing)
	return ok
}
