namespace PollHttp.Telemetry;

/// <summary>A request as its trace sees it: what carries the fields of the trace to the server.</summary>
internal interface ITraceCarrier
{
    string Method { get; }

    Uri Uri { get; }

    /// <summary>Gets the message it was made from, or null.</summary>
    HttpRequestMessage? Message { get; }

    /// <summary>Gets the fields of the caller.</summary>
    HeaderList? Headers { get; }

    /// <summary>Adds a field of ours.</summary>
    void SetField(string name, string value);
}
