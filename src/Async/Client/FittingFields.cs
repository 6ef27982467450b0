namespace PollHttp.Client;

/// <summary>
/// Adapts fields that were set for requests of any kind (as defaults, or in a message made for HttpClient) to one request. HttpClient sends
/// them even if they are invalid there; here Expect without a content is removed, TE is named in Connection, and Connection names only
/// fields that exist.
/// </summary>
internal static class FittingFields
{
    /// <param name="fields">All fields of the request.</param>
    /// <param name="first">The first field to adapt; the fields before it were set for this request.</param>
    /// <param name="content">Its content.</param>
    /// <returns>The same list, or another one if a field was changed.</returns>
    public static HeaderList Fit(HeaderList fields, int first, RequestContent? content)
    {
        bool needsFitting = false;
        for (int i = first; i < fields.Count; i++)
        {
            needsFitting |= IsOne(fields[i], "Expect") || IsOne(fields[i], "TE") || IsOne(fields[i], "Connection");
        }

        return needsFitting ? Rebuild(fields, first, content) : fields;
    }

    private static HeaderList Rebuild(HeaderList fields, int first, RequestContent? content)
    {
        bool isExpectLeftOut = !fields.Contains("Transfer-Encoding") && (content is null || content.Length == 0);
        HeaderList fitted = new();
        string? missing = null;
        for (int i = 0; i < fields.Count; i++)
        {
            HeaderField field = fields[i];
            if (i >= first && IsOne(field, "Connection"))
            {
                AddConnection(fitted, fields, field);
            }
            else if (i < first || !isExpectLeftOut || !IsOne(field, "Expect"))
            {
                fitted.Add(field);
                missing = i >= first && IsOne(field, "TE") ? field.Name : missing;
            }
        }

        if (missing is not null && !NamesTe(fitted))
        {
            fitted.Add("Connection", missing);
        }

        return fitted;
    }

    private static void AddConnection(HeaderList fitted, HeaderList fields, HeaderField connection)
    {
        string options = string.Join(", ", OptionsOf(connection).Where(option => IsAlwaysKnown(option) || fields.Contains(option)));
        if (options.Length > 0)
        {
            fitted.Add(connection.Name, options);
        }
    }

    private static bool NamesTe(HeaderList fields) =>
        fields.Any(static f => IsOne(f, "Connection") && OptionsOf(f).Contains("TE", StringComparer.OrdinalIgnoreCase));

    private static string[] OptionsOf(HeaderField connection) =>
        connection.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsAlwaysKnown(string option) =>
        option.Equals("close", StringComparison.OrdinalIgnoreCase) || option.Equals("keep-alive", StringComparison.OrdinalIgnoreCase);

    private static bool IsOne(HeaderField field, string name) => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
