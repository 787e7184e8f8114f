package main
import (
 _ "fyne.io/fyne/v2/app"
 _ "fyne.io/fyne/v2/widget"
 _ "fyne.io/fyne/v2/test"
 _ "github.com/mattn/go-sqlite3"
 _ "github.com/Azure/azure-sdk-for-go/sdk/azidentity"
 _ "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/securityinsights/armsecurityinsights/v2"
 _ "gonum.org/v1/plot"
 _ "gonum.org/v1/plot/vg/vgimg"
 _ "gonum.org/v1/plot/vg/vgsvg"
 _ "gonum.org/v1/plot/plotter"
 _ "github.com/zalando/go-keyring"
 _ "github.com/getkin/kin-openapi/openapi3"
 _ "github.com/getkin/kin-openapi/openapi3filter"
 _ "github.com/getkin/kin-openapi/routers/gorillamux"
 _ "github.com/getkin/kin-openapi/openapi2conv"
 _ "github.com/pressly/goose/v3"
 _ "pgregory.net/rapid"
 _ "github.com/gofrs/flock"
 _ "github.com/spf13/cobra"
 _ "gopkg.in/natefinch/lumberjack.v2"
)

