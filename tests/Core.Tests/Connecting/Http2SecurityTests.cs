using System.Net.Security;
using System.Security.Authentication;
using Xunit;

namespace PollHttp.Core.Tests;

public sealed class Http2SecurityTests
{
    private static readonly ExchangeOptions s_strict = new() { Leniency = Leniency.None };

    private static TlsInfo Agreed(SslProtocols version, TlsCipherSuite suite, string protocol = "h2") =>
        new() { Protocol = version, CipherSuite = suite, ApplicationProtocol = new(protocol) };

    [Fact, Trait("rule", "R2-004")]
    public void HTTP_2_is_not_spoken_below_TLS_1_2()
    {
#pragma warning disable SYSLIB0039 // this is about them
        Assert.Contains("TLS 1.2", Http2Security.ProblemOf(Agreed(SslProtocols.Tls11, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA), new())!, StringComparison.Ordinal);
        Assert.Null(Http2Security.ProblemOf(Agreed(SslProtocols.Tls11, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, "http/1.1"), new()));
#pragma warning restore SYSLIB0039
        Assert.Null(Http2Security.ProblemOf(Agreed(SslProtocols.None, default), new())); // a transport that does not tell
        Assert.Null(Http2Security.ProblemOf(Agreed(SslProtocols.Tls13, TlsCipherSuite.TLS_AES_128_GCM_SHA256), s_strict));
    }

    [Fact, Trait("rule", "R2-007")]
    public void Renegotiation_is_off_where_only_HTTP_2_is_offered()
    {
        SslClientAuthenticationOptions options = new() { AllowRenegotiation = true };
        Assert.False(TlsTarget.For(options, "a.test", HttpVersions.Http2).AllowRenegotiation);
        Assert.True(TlsTarget.For(options, "a.test", HttpVersions.Http1 | HttpVersions.Http2).AllowRenegotiation);
        Assert.True(TlsTarget.For(options, "a.test", HttpVersions.Http1).AllowRenegotiation);
    }

    [Theory, Trait("rule", "R2-008")]
    [InlineData(TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256, true)]
    [InlineData(TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, true)]
    [InlineData(TlsCipherSuite.TLS_DH_anon_WITH_AES_128_GCM_SHA256, true)]
    [InlineData(TlsCipherSuite.TLS_PSK_WITH_AES_256_CCM, true)]
    [InlineData(TlsCipherSuite.TLS_NULL_WITH_NULL_NULL, true)]
    [InlineData(TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, false)]
    [InlineData(TlsCipherSuite.TLS_DHE_RSA_WITH_AES_128_CCM, false)]
    [InlineData(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, false)]
    public void Prohibited_cipher_suite_is_refused_where_a_setting_says_so(TlsCipherSuite suite, bool isProhibited)
    {
        Assert.Null(Http2Security.ProblemOf(Agreed(SslProtocols.Tls12, suite), new()));
        Assert.Equal(isProhibited, Http2Security.ProblemOf(Agreed(SslProtocols.Tls12, suite), s_strict) is not null);
        Assert.Null(Http2Security.ProblemOf(Agreed(SslProtocols.Tls12, suite, "http/1.1"), s_strict));
    }
}
