package simulator

import (
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resourcegraph/armresourcegraph"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/security/armsecurity"
)

func TestTheLibraryForARMReadsAndWritesPosture(t *testing.T) {
	s := start(t, Options{Incidents: 120})
	set := s.Settings()
	options := &arm.ClientOptions{ClientOptions: clientOptions(t, set), DisableRPRegistration: true}
	f, err := armsecurity.NewClientFactory(researchID, secret(t, set), options)
	if err != nil {
		t.Fatal(err)
	}
	scores := 0
	for p := f.NewSecureScoreControlsClient().NewListBySecureScorePager("ascScore", &armsecurity.SecureScoreControlsClientListBySecureScoreOptions{Expand: to.Ptr(armsecurity.ExpandControlsEnumDefinition)}); p.More(); {
		page, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range page.Value {
			if x.Properties.Definition == nil || x.Properties.Score.Current == nil {
				t.Errorf("%s lacks its definition or score", *x.Name)
			}
			scores++
		}
	}
	risky, n := 0, 0
	for p := f.NewAssessmentsClient().NewListPager("subscriptions/"+researchID, nil); p.More(); {
		page, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range page.Value {
			if n++; x.Properties.Risk != nil {
				risky++
			}
		}
	}
	if scores < 10 || n != 300 || risky == 0 {
		t.Errorf("%d controls, %d assessments, %d with a risk", scores, n, risky)
	}
	alerts := f.NewAlertsClient()
	first, err := alerts.NewListPager(nil).NextPage(t.Context())
	if err != nil || len(first.Value) == 0 {
		t.Fatalf("no alerts: %v", err)
	}
	for _, x := range first.Value {
		if _, err := arm.ParseResourceID(*x.ID); err != nil {
			t.Error(err)
		}
	}
	location := "westeurope"
	if id, err := arm.ParseResourceID(*first.Value[0].ID); err == nil && id.Parent != nil {
		location = id.Parent.Name
	}
	if _, err := alerts.UpdateSubscriptionLevelStateToDismiss(t.Context(), location, *first.Value[0].Name, nil); err != nil {
		t.Error(err)
	}
	contact := armsecurity.Contact{Properties: &armsecurity.ContactProperties{
		Emails: to.Ptr("a@x.example"), IsEnabled: to.Ptr(true),
		NotificationsSources: []armsecurity.NotificationsSourceClassification{&armsecurity.NotificationsSourceAlert{SourceType: to.Ptr(armsecurity.SourceTypeAlert), MinimalSeverity: to.Ptr(armsecurity.MinimalSeverityLow)}},
	}}
	if _, err := f.NewContactsClient().Create(t.Context(), armsecurity.SecurityContactNameDefault, contact, nil); err != nil {
		t.Error(err)
	}
	if w := s.PostureWrites(); len(w) != 2 || w[0].Kind != WroteAlert || w[1].Value != "a@x.example" {
		t.Errorf("the writes are %+v", w)
	}
}

func TestFiftySubscriptionsAreReadThroughResourceGraph(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: measures time")
	}
	began := time.Now()
	s := start(t, Options{Incidents: 1, Posture: Posture{Subscriptions: 50, Assessments: 20_000}})
	made := time.Since(began)
	set := s.Settings()
	c, err := armresourcegraph.NewClient(secret(t, set), &arm.ClientOptions{ClientOptions: clientOptions(t, set), DisableRPRegistration: true})
	if err != nil {
		t.Fatal(err)
	}
	n, pages, best := 0, 0, time.Hour // the best page: other programs run on this machine too
	q := armresourcegraph.QueryRequest{Query: to.Ptr(table("assessments")), Options: &armresourcegraph.QueryRequestOptions{Top: to.Ptr[int32](1000)}}
	for {
		began = time.Now()
		v, err := c.Resources(t.Context(), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		best = min(best, time.Since(began))
		n += int(*v.Count)
		pages++
		if v.SkipToken == nil {
			break
		}
		q.Options.SkipToken = v.SkipToken
	}
	t.Logf("made in %s; %d assessments on %d pages, the best in %s", made, n, pages, best)
	if n < 19_000 || pages != (n+999)/1000 || made > time.Second*raceFactor || best > 300*time.Millisecond*raceFactor { // 333 ms is what the quota leaves
		t.Errorf("made in %s; %d assessments on %d pages, the best in %s", made, n, pages, best)
	}
}
