namespace PollHttp.Grpc.Tests;

/// <summary>How a call reaches a server. Each test runs by the platform's handler too, which shows that it is the test of a call in order.</summary>
public enum Way
{
    /// <summary>Over our handler, by prior knowledge.</summary>
    Clear,

    /// <summary>Over our handler, HTTP/2 chosen by ALPN.</summary>
    Tls,

    /// <summary>Over our handler to the server of gRPC's C core.</summary>
    Native,

    /// <summary>Over the platform's handler, by prior knowledge.</summary>
    PlatformClear,

    /// <summary>Over the platform's handler, HTTP/2 chosen by ALPN.</summary>
    PlatformTls,

    /// <summary>Over the platform's handler to the server of gRPC's C core.</summary>
    PlatformNative,
}
