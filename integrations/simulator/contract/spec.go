package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// Spec is one loaded description.
type Spec struct {
	Name   string
	doc    *openapi3.T
	router routers.Router
}

// Schema returns a named schema of the description, nil where it has none.
func (s *Spec) Schema(name string) *openapi3.Schema {
	if ref := s.doc.Components.Schemas[name]; ref != nil {
		return ref.Value
	}
	return nil
}

// Shared returns a path below the folder of shared material; it skips the test where
// that folder or file is absent.
func Shared(t testing.TB, path string) string {
	t.Helper()
	root := os.Getenv("WATCHFLOOR_SHARED")
	if root == "" {
		dir, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for !exists(filepath.Join(dir, "go.mod")) {
			if dir == filepath.Dir(dir) {
				t.Fatal("the tests do not run inside of the repository")
			}
			dir = filepath.Dir(dir)
		}
		root = filepath.Join(filepath.Dir(dir), "shared")
	}
	full := filepath.Join(root, path)
	if !exists(full) {
		t.Skipf("skipped: %s is absent; set WATCHFLOOR_SHARED to the folder that holds it", full)
	}
	return full
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// The descriptions, loaded once for a test binary; loading the large one takes a second.
var (
	sentinel2025 = once("sentinel 2025-09-01")
	sentinel2024 = once("sentinel 2024-03-01")
	graph        = once("graph v1.0")
	security     = once("Microsoft.Security")
	queries      = once("Resource Graph 2022-10-01")
)

type lazySpec struct {
	name string
	once sync.Once
	spec *Spec
	err  error
}

func once(name string) *lazySpec { return &lazySpec{name: name} }

func (l *lazySpec) get(t testing.TB, file string, load func(path string) (*openapi3.T, error)) *Spec {
	t.Helper()
	path := Shared(t, filepath.Join("api", "specs", file))
	l.once.Do(func() {
		doc, err := load(path)
		if err == nil {
			doc.Servers = nil // requests come to another host
			l.spec = &Spec{Name: l.name, doc: doc}
			l.spec.router, err = gorillamux.NewRouter(doc)
		}
		l.err = err
	})
	if l.err != nil {
		t.Fatalf("the description %s cannot be read: %v", file, l.err)
	}
	return l.spec
}

// Sentinel returns the newest stable description of the ARM provider. Its api-version
// is pinned by an enum; the versions with the same routes and models that our client
// and the SDK send are added to it.
func Sentinel(t testing.TB) *Spec {
	t.Helper()
	return sentinel2025.get(t, "sentinel-2025-09-01.openapi.json", func(path string) (*openapi3.T, error) {
		doc, err := openapi3.NewLoader().LoadFromFile(path)
		if err != nil {
			return nil, err
		}
		for _, item := range doc.Paths.Map() {
			for _, op := range item.Operations() {
				if p := op.Parameters.GetByInAndName("query", "api-version"); p != nil {
					p.Schema.Value.Enum = append(p.Schema.Value.Enum, "2025-07-01-preview")
				}
			}
		}
		return doc, nil
	})
}

// OlderSentinel returns the description of 2024-03-01, converted from Swagger 2.
func OlderSentinel(t testing.TB) *Spec {
	t.Helper()
	return sentinel2024.get(t, "sentinel-2024-03-01.swagger.json", fromSwagger)
}

// fromSwagger reads a description in Swagger 2.
func fromSwagger(path string) (*openapi3.T, error) {
	raw, err := os.ReadFile(path) // #nosec G304 -- a description that a test of ours names
	if err != nil {
		return nil, err
	}
	var doc openapi2.T
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	return openapi2conv.ToV3(&doc)
}

// Security returns the description of Microsoft.Security. It has assessments and their
// metadata in 2021-06-01, while armsecurity v0.15.0 sends 2025-05-04: that version is
// added, with what it adds to answers (its models: risk of an assessment, two categories, two other clouds).
func Security(t testing.TB) *Spec {
	t.Helper()
	return security.get(t, "defender-for-cloud.swagger.json", func(path string) (*openapi3.T, error) {
		doc, err := fromSwagger(path)
		if err != nil {
			return nil, err
		}
		allowVersion(doc, "2021-06-01", "2025-05-04")
		s := doc.Components.Schemas
		anything := true
		s["SecurityAssessmentPropertiesBase"].Value.Properties["risk"] = openapi3.NewSchemaRef("",
			&openapi3.Schema{Type: &openapi3.Types{"object"}, AdditionalProperties: openapi3.AdditionalProperties{Has: &anything}})
		item := s["SecurityAssessmentMetadataProperties"].Value.Properties["categories"].Value.Items.Value
		item.Enum = append(item.Enum, "AppServices", "Container")
		source := s["ResourceDetails"].Value.Properties["source"].Value
		source.Enum = append(source.Enum, "Aws", "Gcp")
		return doc, nil
	})
}

// Queries returns the description of Resource Graph in 2022-10-01; armresourcegraph
// v0.10.0 sends 2024-04-01, of the same shapes.
func Queries(t testing.TB) *Spec {
	t.Helper()
	return queries.get(t, "resourcegraph-2022-10-01.swagger.json", func(path string) (*openapi3.T, error) {
		doc, err := fromSwagger(path)
		if err == nil {
			allowVersion(doc, "2022-10-01", "2024-04-01")
			doc.Components.Schemas["QueryResponse"].Value.Properties["data"].Value.Type = nil // an object or a list, by the format asked for
		}
		return doc, err
	})
}

// allowVersion lets operations of one api-version be called with another one too.
func allowVersion(doc *openapi3.T, of, too string) {
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if p := op.Parameters.GetByInAndName("query", "api-version"); p != nil && len(p.Schema.Value.Enum) == 1 && p.Schema.Value.Enum[0] == of {
				p.Schema.Value.Enum = append(p.Schema.Value.Enum, too)
			}
		}
	}
}

// Graph returns the description of Graph v1.0, with an answer that only its reference has.
func Graph(t testing.TB) *Spec {
	t.Helper()
	return graph.get(t, "graph-v1.0-security.openapi.yaml", func(path string) (*openapi3.T, error) {
		doc, err := openapi3.NewLoader().LoadFromFile(path)
		if err != nil {
			return nil, err
		}
		// The reference answers 204 to an update of a user, and to one of a control profile
		// unless the client prefers the representation; the description knows only 200.
		none := "No content"
		for _, path := range []string{"/users/{user-id}", "/security/secureScoreControlProfiles/{secureScoreControlProfile-id}"} {
			doc.Paths.Value(path).Patch.Responses.Set("204", &openapi3.ResponseRef{Value: &openapi3.Response{Description: &none}})
		}
		return doc, nil
	})
}

// options of every schema check.
func options() []openapi3.SchemaValidationOption {
	return []openapi3.SchemaValidationOption{
		openapi3.MultiErrors(), openapi3.EnableFormatValidation(),
		openapi3.WithStringFormatValidator("date-time", openapi3.NewCallbackValidator(func(v string) error {
			if _, err := time.Parse(time.RFC3339Nano, v); err != nil {
				return fmt.Errorf("%q is not a date and time", v)
			}
			return nil
		})),
	}
}

// short cuts what the library says to what a person needs.
func short(err error) string {
	s := err.Error()
	if i := strings.Index(s, "\nSchema:"); i >= 0 {
		s = s[:i]
	}
	if len(s) > 600 {
		s = s[:600] + " …"
	}
	return s
}
