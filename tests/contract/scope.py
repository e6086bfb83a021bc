"""Which recorded exchanges the fake Central is held to, in the order in which the real
server answered them, and why the others are left out."""

# A text to read and not a list of three hundred lines.
IN_SCOPE = """
01-login 01b-login-bad 01c-users-current 01d-session-restore 01e-basic-over-http
01g-no-auth 01h-bad-token 02-project-create 02b-projects-list-extended
03b-form-create-xlsx 03c-form-create-invalid-xlsx 03d-form-create-duplicate
03e-draft-get 03g-publish 03h-form-get-extended 03i-form-fields-odata 03j-form-xml
03k-form-versions 04-datasets-list-extended 04b-dataset-households 05-form-review-create
05b-draft-attachments 05c-draft-attachment-link-dataset 05d-publish 06-appuser-create
06b-assign-appuser-form 06c-appusers-list 07-openrosa-formlist
07b-openrosa-formlist-no-header 07c-openrosa-manifest 07d-openrosa-form-xml
07e-openrosa-formlist-filter 07f-openrosa-head-submission 07g-openrosa-bad-key
07h-openrosa-malformed-key 07i-key-odata-forbidden 10-submit-new-no-attachments
10b-odata-single-missing-attachments 10c-odata-table-etag-before-attachments
10d-submit-attachments-second-post 10e-odata-table-etag-after-attachments
10f-odata-if-none-match-stale 10g-attachments-list 10h-attachment-download
10i-attachment-download-404 10j-client-audit-download 11-submit-duplicate-identical
11b-submit-duplicate-different-body 11c-submit-duplicate-whitespace
12-submit-malformed-xml 12b-submit-truncated-xml 12c-submit-no-form-id
12d-submit-unknown-form 12e-submit-wrong-version 12f-submit-empty-version
12g-submit-missing-multipart 12h-submit-no-openrosa-header 12i-submit-no-instanceid
12j-submit-unicode-attachment-name 13-submit-second 14-submissions-list
14b-submissions-list-extended 14c-submission-get-extended 14d-submission-xml
14e-submission-404 14f-odata-servicedoc 20-review-patch 20b-review-bad-value
20c-comment-post 20d-comments-get 21-edit-put 21b-edit-put-again-same
21c-edit-put-no-deprecated 21d-edit-openrosa 21e-edit-openrosa-retry
21f-edit-openrosa-out-of-date 21g-edit-openrosa-unknown 21h-versions
21j-get-by-edited-instanceid 21k-odata-by-edited-instanceid 21l-odata-expanded-edited
21m-submission-audits 21n-resubmit-original-after-edit 22-repeat-ids-are-positional
23-delete 23b-odata-single-deleted 23c-odata-default-excludes-deleted
23d-odata-filter-deletedAt-ne-null 23e-odata-filter-deletedAt-gt 23f-odata-include-both
23g-rest-list-deleted 23h-delete-twice 23i-restore 23j-restore-not-deleted
23k-resubmit-deleted 30-filter-submissionDate-gt 30b-filter-or-combo
30c-filter-or-incl-deleted 30d-filter-id-or 30e-filter-id-in 30f-filter-contains
30g-filter-edits 30h-filter-data-field 30i-filter-syntax-error 30j-filter-bad-date
31-subtable-filter-plain 31b-subtable-filter-root 32-top2 32b-follow-nextlink
32c-top0-count 32d-top0-nocount 32e-top-negative 32f-top-abc 32g-skip-abc
32h-skiptoken-garbage 32i-skiptoken-unknown-id 32j-orderby-asc-top
32k-orderby-follow-nextlink 32l-orderby-updatedAt-asc 32m-orderby-data-field
32n-orderby-skip 33-select-groups 33b-select-unknown 33c-select-repeat
33d-select-repeat-child 33e-select-expand 33f-expand-named 33g-apply 33h-format-xml
33i-wkt 33j-search 33k-unknown-non-dollar-param 34-subtable-members 34b-subtable-next
34c-subtable-nested 34d-table-404 34e-form-404 36-if-none-match 37-audits-submission
37b-audits-window 37c-audits-attachment 37d-audits-delete 37e-audits-restore
37f-audits-comment 40-form-closing 40b-submit-while-closing 40c-formlist-while-closing
40d-form-xml-while-closing 40-form-closed 40b-submit-while-closed
40c-formlist-while-closed 40d-form-xml-while-closed 40e-form-open 40f-form-bad-state
41-new-draft 41b-publish-v2 41c-odata-after-new-version 41d-etag-304-after-schema-change
41e-publish-same-version-again 41f-publish-same-version-409
41g-submit-old-version-still-ok 41h-submit-v2 41i-edit-v1-with-v2
41j-formVersion-after-cross-version-edit 41k-versions-list-extended
41l-submission-versions-formVersion 41m-form-fields-merged 42-draft-token
44-revoke-appuser-session 44b-submit-with-revoked-token 44c-submit-unassigned-form
45-logout 45b-after-logout 46-attachment-post-unexpected-name 46b-attachment-post
46c-attachment-replace 46d-attachment-get-etag 46e-attachment-if-none-match
46f-attachment-delete 46g-attachment-get-missing 47-odd-characters 47b-odd-odata
47c-nul-byte 47d-bad-int 47e-bad-int-odata 47f-unknown-field-and-missing-group 47g-odata
47h-non-uuid-instanceid 47i-odata-weird-id 47j-rest-weird-id 47k-odata-filter-weird
47l-instanceid-case 47m-instanceid-case2 47n-same-instanceid-other-form 50-entities-list
50b-entities-odata 50c-entities-csv 50d-entities-odata-orderby 50e-filter-updatedAt
50f-filter-property 50g-filter-conflict 50h-filter-version 50i-filter-deletedAt
50j-filter-id 50k-filter-id-nonuuid 50l-search 51-entity-create
51b-entity-create-duplicate 51c-entity-create-unknown-prop 51d-entity-create-nonstring
51e-entity-create-no-label 51f-entity-create-bad-uuid 51g-entity-create-null-value
51h-bulk-with-uuid 51i-bulk-one-duplicate-rolls-back 51j-bulk-no-source 51k-bulk-empty
52-entity-patch 52b-entity-patch-stale 52c-entity-patch-no-base 52d-entity-patch-force
52e-entity-patch-noop 52f-entity-patch-empty 53-entity-update-by-submission
53b-entity-update-stale-base-hard-conflict 53c-entity-hard-conflict 53g-resolve
53h-resolve-again 54-update-unknown-entity 54d-update-future-base
54e-create-existing-uuid 54f-audit 55-offline-branch-second-first
55c-offline-branch-first 56-entity-delete 56b-entity-get-deleted
56c-entity-recreate-deleted 56d-deleted-list 56e-entity-patch-deleted 56f-restore
56g-bulk-delete 56h-bulk-restore 57-integrity 57b-openrosa-entities-csv
58-property-create 58b-property-dup 58c-property-case-dup 58d-property-bad
58e-property-delete 58f-property-delete-used 58g-dataset-create
58h-dataset-patch-approval 58i-dataset-patch-back 58j-dataset-access-filter-owneronly
58k 58l-dataset-delete-in-use 58m-actor-property 59-entities-csv-etag
59b-entities-csv-304 54c-audits-entity-error 55b-audits-backlog-hold
55e-audits-backlog-reprocess 54b-submission-audits-entity-error
72-race-edits-odata-single 72b-race-edits-rest 70-forms-list-extended
71-viewer-attachment 71-viewer-audits 71-viewer-comment 71-viewer-entities-odata
71-viewer-entity-create 71-viewer-odata 71-viewer-projects 71-viewer-review
71-manager-attachment 71-manager-audits 71-manager-comment 71-manager-entities-odata
71-manager-entity-create 71-manager-odata 71-manager-projects 71-manager-review
71-manager-submission-audits 81-form-delete 81b-odata-after-form-delete
81c-forms-deleted 81d-recreate-deleted-form-same-version
81d2-recreate-deleted-form-new-version 81d3-recreated-form-odata
81e-same-instanceid-in-recreated-form 81h-after-purge-deletedAt-filter
81i-resubmit-after-purge 81j-audits-purge 81k-project-delete
81l-odata-after-project-delete
""".split()  # noqa: SIM905

# Only a fake can be told to purge today, or to commit two edits at once.
ONLY_FAKE = {
    "72-race-edits-odata-single",
    "72b-race-edits-rest",
    "81h-after-purge-deletedAt-filter",
    "81i-resubmit-after-purge",
    "81j-audits-purge",
}

_ENCRYPTION = "we never switch managed encryption on; an encrypted form is refused"
_EXPORTS = "synchronisation never asks for exports"
_HISTORY = "histories of changes are shown from our own versions, never asked for"
_DRAFTS = "test drafts and public links are doors that no enumerator of ours uses"
_WORKBOOK = "the recorder did not keep the workbook; its XForm is not known either"

OUT_OF_SCOPE = {
    "01f-basic-x-forwarded-https": "we sign in with a session, never with Basic",
    "03-form-create-xlsx-warnings": _WORKBOOK,
    "03f-draft-dataset-diff": "deploying reads the lists after publishing",
    "14g-odata-metadata": "the EDMX document is not read; /fields says the same",
    "21i-diffs": _HISTORY,
    "35-csv": _EXPORTS,
    "35b-csv-zip": _EXPORTS,
    "35c-csv-zip-full": _EXPORTS,
    "35d-csv-filter": _EXPORTS,
    "35e-geojson": _EXPORTS,
    "35f-submitters": "names of submitters come with every row",
    "42b-draft-submit-token": _DRAFTS,
    "42c-draft-odata": _DRAFTS,
    "42d-draft-submit-after-draft-gone": _DRAFTS,
    "43-public-link": _DRAFTS,
    "43b-public-link-submit": _DRAFTS,
    "53d-entity-versions": _HISTORY,
    "53e-entity-diffs": _HISTORY,
    "53f-entity-audits": _HISTORY,
    "55d-after-branch": "the entity's id was made in a request that was not recorded",
    "59c-entities-geojson": _EXPORTS,
    "59d-entities-creators": "creators come with every row",
    "60-bulk-retry-same": "the body was cut by the recorder; 51i shows the same",
    "60b-entity-large-value": "the body was cut by the recorder",
    "71-roles": "ids of roles are looked up by name; their verbs are not used",
    "71-viewer-submission-audits": "its first entry hangs on an entity that came from a "
    "request that was not recorded; the manager's is in scope",
    "80-enable-managed-encryption": _ENCRYPTION,
    "80b-form-after-encryption": _ENCRYPTION,
    "80c-encrypted-envelope-only": _ENCRYPTION,
    "80d-odata-encrypted-missing": _ENCRYPTION,
    "80e-encrypted-files": _ENCRYPTION,
    "80f-odata-encrypted": _ENCRYPTION,
    "80g-plain-to-encrypted-version": _ENCRYPTION,
    "80h-plain-old-version": _ENCRYPTION,
    "80i-odata-table-mixed": _ENCRYPTION,
    "80j-csv-zip-passphrase-wrong": _ENCRYPTION,
    "80k-keys": _ENCRYPTION,
    "80l-subtable": _ENCRYPTION,
    "80m-entity-form-in-encrypted-project": _ENCRYPTION,
    "81f-restore-while-other-exists": "what stood between was not recorded",
    "81g-restore": "what stood between was not recorded",
    "90-upsert-form-create": _WORKBOOK,
    "90b-publish": _WORKBOOK,
    "90c-upsert-submit-create": _WORKBOOK,
    "90d-upsert-submit-update": _WORKBOOK,
    "90e-odata": _WORKBOOK,
    "91-entity-skiptoken-loses-row": "needs two inverted rows of 19,140; the fake has "
    "the same condition, and its effect is a test of the entity feed",
}
