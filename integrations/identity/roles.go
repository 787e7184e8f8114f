package identity

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"watchfloor/app/identity"
	"watchfloor/app/sync"
	"watchfloor/integrations/azure"
)

// holders reads who holds a directory role, where it is time to, and returns the object
// ids of the people among them. It takes directoryRoles and their members: a request
// for each role that was activated, where the assignments of roleManagement would give
// ids without names. Groups that hold a role are not looked into. It is time to until a
// page with them was whole.
func (r *Risk) holders(ctx context.Context, p *sync.FeedPage, next *step) ([]string, error) {
	r.mu.Lock()
	fresh := r.roles != nil && r.c.conf.Now().Sub(r.rolesRead) < rolesEvery && !r.rolesRead.After(r.c.conf.Now())
	r.mu.Unlock()
	if fresh || next.closed(rolePart) {
		return nil, nil
	}
	roles, names, err := r.readRoles(ctx)
	if reason := whyClosed(err); reason != open {
		next.close(p, rolePart, reason)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.roles = roles
	r.mu.Unlock()
	ids := slices.Sorted(maps.Keys(roles))
	p.Identity.Origins = append(p.Identity.Origins, identity.OriginRole)
	for _, id := range ids {
		p.Identity.HighValue = append(p.Identity.HighValue, identity.HighValue{
			Key: strings.ToLower(id), Name: names[id],
			Reason: "role: " + strings.Join(roles[id], ", "), Origin: identity.OriginRole,
		})
	}
	return ids, nil
}

func (r *Risk) readRoles(ctx context.Context) (roles map[string][]string, names map[string]string, err error) {
	intent := reading
	intent.Need = parts[rolePart].need
	roles, names = map[string][]string{}, map[string]string{}
	all, err := r.everyMember(ctx, intent, "directoryRoles?$select=id,displayName")
	for _, role := range all {
		if err != nil {
			break
		}
		var held []member
		held, err = r.everyMember(ctx, intent, "directoryRoles/"+url.PathEscape(role.ID)+"/members?$select=id,displayName,userPrincipalName")
		for _, m := range held {
			if strings.HasSuffix(m.Type, ".user") {
				roles[m.ID] = append(roles[m.ID], role.Name)
				names[m.ID] = m.UPN
			}
		}
	}
	return roles, names, err
}

func (r *Risk) everyMember(ctx context.Context, i azure.Intent, path string) ([]member, error) {
	trail := azure.Trail{Most: 1000}
	var out []member
	for link := r.c.base + path; link != ""; {
		l, _, err := r.c.list(ctx, i, link)
		if err != nil {
			return out, err
		}
		if err := trail.Step(link, l.Next); err != nil {
			return out, err
		}
		out = append(out, r.c.members(ctx, l)...)
		link = l.Next
	}
	return out, nil
}
