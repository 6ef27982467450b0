namespace PollHttp.Tests;

/// <summary>How a test's server delimits a body.</summary>
public enum Framing
{
    Length,
    Chunked,
    UntilClose,
}
