using Xunit;

namespace PollHttp.Tests;

[Trait("rule", "R-194")]
public sealed class DigestSessionTests
{
    // The example of RFC 7616 §3.9.1.
    private const string ClientNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    private const string Common = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", "
        + "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";

    [Theory]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void The_answer_is_that_of_the_RFC(string algorithm, string response)
    {
        string value = Session($"{Common}, algorithm={algorithm}").Authorize("GET", "/dir/index.html");

        Assert.Equal(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
            + $"uri=\"/dir/index.html\", algorithm={algorithm}, response=\"{response}\", qop=auth, nc=00000001, cnonce=\"{ClientNonce}\", "
            + "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
            value);
    }

    [Fact]
    public void Without_qop_the_old_form_is_used()
    {
        string value = Session("Digest realm=\"r\", nonce=\"n\"").Authorize("GET", "/");

        Assert.DoesNotContain("nc=", value, StringComparison.Ordinal);
        Assert.DoesNotContain("algorithm", value, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_answer_has_its_own_count_whoever_asks()
    {
        DigestSession session = Session($"{Common}, algorithm=SHA-256");
        string[] values = new string[1000];

        Parallel.For(0, values.Length, i => values[i] = session.Authorize("GET", "/"));

        Assert.Equal(1000, values.Distinct().Count());
        Assert.Contains(values, v => v.Contains("nc=000003e8", StringComparison.Ordinal));
    }

    [Fact]
    public void Quotes_and_backslashes_are_escaped()
    {
        DigestSession session = DigestSession.Create(
            ChallengeParser.Parse(["Digest realm=\"a\\\"b\\\\c\", nonce=\"n\""])[0], "us\"er", "p", ClientNonce);

        string value = session.Authorize("GET", "/");

        Assert.Contains("username=\"us\\\"er\", realm=\"a\\\"b\\\\c\"", value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_beyond_ASCII_is_sent_in_the_extended_form_or_hashed()
    {
        Challenge plain = ChallengeParser.Parse(["Digest realm=\"r\", nonce=\"n\", charset=UTF-8"])[0];
        Challenge hashed = ChallengeParser.Parse(["Digest realm=\"api@example.org\", nonce=\"n\", charset=UTF-8, userhash=true, algorithm=SHA-256"])[0];

        Assert.Contains("username*=UTF-8''J%C3%A4s%C3%B8n", DigestSession.Create(plain, "Jäsøn", "p").Authorize("GET", "/"), StringComparison.Ordinal);
        string value = DigestSession.Create(hashed, "Jäsøn", "p").Authorize("GET", "/");
        Assert.Contains("userhash=true", value, StringComparison.Ordinal);
        Assert.DoesNotContain("Jäs", value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_algorithm_takes_the_nonces_into_the_secret()
    {
        string plain = Session($"{Common}, algorithm=MD5").Authorize("GET", "/");
        string session = Session($"{Common}, algorithm=MD5-sess").Authorize("GET", "/");

        Assert.NotEqual(ResponseOf(plain), ResponseOf(session));
        Assert.Contains("algorithm=MD5-sess", session, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Digest realm=r, nonce=n, algorithm=SHA-512-256")]
    [InlineData("Digest realm=r, nonce=n, qop=\"auth-int\"")]
    [InlineData("Digest realm=r")]
    [InlineData("Digest nonce=n")]
    [InlineData("Basic realm=r, nonce=n")]
    public void What_cannot_be_answered_is_known_beforehand(string line)
    {
        Challenge challenge = ChallengeParser.Parse([line])[0];

        Assert.Equal(0, DigestSession.StrengthOf(challenge));
        Assert.Throws<ArgumentException>(() => DigestSession.Create(challenge, "u", "p"));
    }

    [Fact]
    public void SHA_256_is_stronger_than_MD5() => Assert.True(
        DigestSession.StrengthOf(ChallengeParser.Parse(["Digest realm=r, nonce=n, algorithm=SHA-256"])[0])
        > DigestSession.StrengthOf(ChallengeParser.Parse(["Digest realm=r, nonce=n"])[0]));

    private static string ResponseOf(string value) => value[value.IndexOf("response=", StringComparison.Ordinal)..][..43];

    private static DigestSession Session(string line) =>
        DigestSession.Create(ChallengeParser.Parse([line])[0], "Mufasa", "Circle of Life", ClientNonce);
}
