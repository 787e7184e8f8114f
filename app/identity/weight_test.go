package identity

import (
	"testing"

	"pgregory.net/rapid"
)

func TestTheHeaviestReasonCountsOnce(t *testing.T) {
	role, admin := HighValue{Reason: "role: Reports Reader"}, HighValue{Reason: "role: Global Administrator"}
	for want, high := range map[int][]HighValue{
		0: nil, WeightRole: {role, role}, WeightAdmin: {role, admin, {Reason: "list"}}, WeightListed: {{Reason: "list: board"}, role},
	} {
		if got, why := Weight(high); got != want {
			t.Errorf("%+v: %d because of %q, want %d", high, got, why, want)
		}
	}
	if w, why := Weight([]HighValue{{Origin: OriginDefender}, admin, {Origin: OriginDefender}}); why != "critical asset; role: Global Administrator" || w != WeightAdmin {
		t.Errorf("%d %q", w, why)
	}
}

// The number must follow from the words that are shown, whatever a tenant writes there.
func TestAWeightFollowsFromTheReasonShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var high []HighValue
		for range rapid.IntRange(0, 4).Draw(t, "n") {
			high = append(high, HighValue{
				Origin: rapid.SampledFrom([]string{OriginRole, OriginList, OriginDefender, ""}).Draw(t, "origin"),
				Reason: rapid.OneOf(rapid.SampledFrom([]string{"", "; ", "role: Global Administrator; x", "critical asset"}), rapid.String()).Draw(t, "reason"),
			})
		}
		weight, why := Weight(high)
		if weight != WeightOf(why) || (weight == 0) != (why == "") || weight > WeightAdmin {
			t.Fatalf("%+v: %d because of %q, which is worth %d", high, weight, why, WeightOf(why))
		}
	})
}
