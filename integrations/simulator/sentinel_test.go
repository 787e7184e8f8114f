package simulator

import (
	"context"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/securityinsights/armsecurityinsights/v2"
)

func TestTheOfficialClientReadsAllIncidentsPageByPage(t *testing.T) {
	s := start(t, Options{Incidents: 300, Now: newHand().now})
	set := s.Settings()
	top, order := int32(40), "properties/createdTimeUtc desc"
	pager := sdk(t, s).NewIncidentsClient().NewListPager(set.ResourceGroup, set.Workspace, &armsecurityinsights.IncidentsClientListOptions{Top: &top, Orderby: &order})
	seen := map[string]bool{}
	for pager.More() {
		page, err := pager.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range page.Value {
			if seen[*in.Name] {
				t.Errorf("%s came twice", *in.Name)
			}
			seen[*in.Name] = true
		}
	}
	want := 0
	for ref := range s.All() {
		if ref.Source == SourceSentinel {
			want++
			if !seen[ref.ID] {
				t.Errorf("%s was not listed", ref.ID)
			}
		}
	}
	if want == 0 || len(seen) != want {
		t.Errorf("%d of %d incidents came", len(seen), want)
	}
}
