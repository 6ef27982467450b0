using System.Net.Http.Headers;

namespace PollHttp.Parity.Running;

/// <summary>What was seen of one run, by facet. Two runs are alike when every facet is.</summary>
internal sealed class Observation
{
    private readonly SortedDictionary<string, string> _facets = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Facets => _facets;

    /// <summary>Notes something; noting the same facet again adds a line.</summary>
    public void Note(string facet, object? value)
    {
        string text = value switch
        {
            null => "null",
            Exception e => Describe(e),
            _ => value.ToString()!,
        };
        _facets[facet] = _facets.TryGetValue(facet, out string? before) ? before + "\n" + text : text;
    }

    /// <summary>Takes back what can't be compared.</summary>
    public void Forget(string facet) => _facets.Remove(facet);

    /// <summary>Notes a head.</summary>
    public void Note(HttpResponseMessage response, RawServer server)
    {
        Note("status", $"HTTP/{response.Version} {(int)response.StatusCode} '{response.ReasonPhrase}'");
        Note("headers", server.Describe(Describe(response.Headers)));
        Note("content headers", server.Describe(Describe(response.Content.Headers)));
        Note("request", server.Describe($"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri}"));
    }

    /// <summary>Does something that may throw, which is noted too.</summary>
    public async Task TryAsync(string facet, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception e) when (e is not TimeoutException)
        {
            Note(facet, e);
        }
    }

    public void Try(string facet, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            Note(facet, e);
        }
    }

    public static string Describe(HttpHeaders headers) =>
        string.Join(" | ", headers.NonValidated.Select(static h => $"{h.Key}: {string.Join(" & ", h.Value)}"));

    /// <summary>The types users catch and what they look at; not the wording.</summary>
    public static string Describe(Exception error) => Describe(error, isInner: false);

    private static string Describe(Exception error, bool isInner)
    {
        string detail = error switch
        {
            HttpRequestException e => $"({e.HttpRequestError}{(e.StatusCode is { } status ? $", {(int)status}" : "")})",
            HttpIOException e => $"({e.HttpRequestError})",
            System.Net.Sockets.SocketException e => $"({e.SocketErrorCode})",
            ArgumentException e => $"({e.ParamName})",
            _ => "",
        };
        Exception? cause = error.InnerException;
        while (cause is PollHttpException or RequestTimeoutException || (cause is PollHttpIOException && error is HttpIOException))
        {
            cause = cause is RequestTimeoutException ? null : cause.InnerException; // ours, with the fault, which the platform has not
        }

        string inner = cause is null ? "" : " ← " + Describe(cause, isInner: true);
        return NameOf(error.GetType(), isInner) + detail + inner;
    }

    /// <summary>The exact type of what is thrown. Inside it, what code can look for: ours derive from the platform's, and those that it keeps
    /// to itself from public ones.</summary>
    private static string NameOf(Type type, bool isInner)
    {
        while (!type.IsVisible && type.Assembly == typeof(HttpClient).Assembly)
        {
            type = type.BaseType!;
        }

        while (isInner && type.Namespace == "PollHttp")
        {
            type = type.BaseType!;
        }

        return type.Namespace == "PollHttp" ? type.FullName! : type.Name;
    }
}
