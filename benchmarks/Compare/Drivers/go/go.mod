module pollhttp/compare/go

go 1.19
