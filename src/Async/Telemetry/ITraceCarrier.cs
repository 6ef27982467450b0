namespace PollHttp.Telemetry;

/// <summary>Represents a request in a trace: it carries the trace fields to the server.</summary>
internal interface ITraceCarrier
{
    string Method { get; }

    Uri Uri { get; }

    /// <summary>Gets the message of the request, or null.</summary>
    HttpRequestMessage? Message { get; }

    /// <summary>Gets the fields of the caller.</summary>
    HeaderList? Headers { get; }

    /// <summary>Adds a trace field.</summary>
    void SetField(string name, string value);
}
