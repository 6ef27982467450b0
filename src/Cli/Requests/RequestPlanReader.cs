using System.CommandLine;
using PollHttp.Cli.Commands;

namespace PollHttp.Cli.Requests;

/// <summary>Reads from the command line what to request.</summary>
internal sealed class RequestPlanReader(ParseResult line, RequestSymbols symbols, CommandHost host)
{
    /// <exception cref="CliException">An option is missing, unreadable, or excludes another one.</exception>
    public RequestPlan Read()
    {
        ContentSource? content = new ContentReader(line, symbols, host).Read();
        bool isQuery = line.GetValue(symbols.Query);
        if (isQuery && content is not { Form: not null })
        {
            throw new CliException(ExitCode.Usage, "--get needs --data or --data-urlencode, and goes with neither --json, --form nor --upload-file.");
        }

        List<HeaderField> headers = ReadHeaders();
        AddOptionFields(headers);
        if (content?.Accept is { } accept && !Contains(headers, "Accept"))
        {
            headers.Add(new("Accept", accept));
        }

        // A content has its own type; an explicit field replaces it.
        string? contentType = Take(headers, "Content-Type");
        bool isHead = line.GetValue(symbols.Head);
        string method = line.GetValue(symbols.Method) ?? (isHead ? "HEAD" : isQuery || content is null ? "GET" : content.DefaultMethod);
        Func<RequestContent>? create = isQuery || content is null ? null : () =>
        {
            RequestContent made = content.Create();
            made.ContentType = contentType ?? made.ContentType;
            return made;
        };
        if (create is null && contentType is not null)
        {
            headers.Add(new("Content-Type", contentType));
        }

        RequestPlan plan = new() { Method = method, Headers = headers, CreateContent = create, Query = isQuery ? content!.Form : null };
        Check(plan.Method);
        return plan;
    }

    private static void Check(string method)
    {
        try
        {
            _ = new HttpMethod(method);
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new CliException(ExitCode.Usage, $"--request '{method}': a method is a token (RFC 9110 §9.1).", error);
        }
    }

    private List<HeaderField> ReadHeaders()
    {
        List<HeaderField> fields = [];
        HeaderList checkedFields = new();
        foreach (string text in line.GetValue(symbols.Headers)!)
        {
            HeaderField field = ReadHeader(text);
            try
            {
                checkedFields.Add(field);
            }
            catch (ArgumentException error)
            {
                throw new CliException(ExitCode.Usage, $"--header '{text}': {error.Message}", error);
            }

            fields.Add(field);
        }

        return fields;
    }

    private static HeaderField ReadHeader(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 && text.EndsWith(';'))
        {
            return new(text[..^1], "");
        }

        string value = colon < 0 ? "" : text[(colon + 1)..].Trim();
        return value.Length > 0
            ? new(text[..colon], value)
            : throw new CliException(ExitCode.Usage, $"--header '{text}': a field is written 'Name: value', one with an empty value 'Name;'.");
    }

    private void AddOptionFields(List<HeaderField> fields)
    {
        Add("Referer", line.GetValue(symbols.Referer), "--referer");
        Add("Range", line.GetValue(symbols.Range) is { } range ? "bytes=" + range : null, "--range");
        string? cookie = line.GetValue(symbols.Cookie);
        Add("Cookie", cookie is not null && cookie.Contains('=', StringComparison.Ordinal) ? cookie : null, "--cookie");

        void Add(string name, string? value, string option)
        {
            if (value is null)
            {
                return;
            }

            try
            {
                new HeaderList().Add(name, value);
            }
            catch (ArgumentException error)
            {
                throw new CliException(ExitCode.Usage, $"{option} '{value}': {error.Message}", error);
            }

            fields.Add(new(name, value));
        }
    }

    private static bool Contains(List<HeaderField> fields, string name) =>
        fields.Exists(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string? Take(List<HeaderField> fields, string name)
    {
        string? value = null;
        for (int i = fields.Count - 1; i >= 0; i--)
        {
            if (fields[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                value = fields[i].Value;
                fields.RemoveAt(i);
            }
        }

        return value;
    }
}
