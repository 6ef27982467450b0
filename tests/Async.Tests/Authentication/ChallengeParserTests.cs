using Xunit;

namespace PollHttp.Tests;

[Trait("rule", "R-193")]
public sealed class ChallengeParserTests
{
    [Theory]
    [InlineData("Basic realm=\"a\"", "Basic realm=a")]
    [InlineData("Basic", "Basic")]
    [InlineData("Negotiate", "Negotiate")]
    [InlineData("Negotiate YII=", "Negotiate YII=")]
    [InlineData("NTLM TlRMTVNTUA==, Basic realm=x", "NTLM TlRMTVNTUA==|Basic realm=x")]
    [InlineData("Negotiate, NTLM,, Basic realm=\"a, b=\\\"c\\\"\" , charset = \"UTF-8\"", "Negotiate|NTLM|Basic realm=a, b=\"c\" charset=UTF-8")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", qop=\"auth, auth-int\", stale=true, Basic realm=\"x\"", "Digest realm=r nonce=n qop=auth, auth-int stale=true|Basic realm=x")]
    [InlineData("Digest realm=a,Newauth realm=\"b\",x=y, z", "Digest realm=a|Newauth realm=b x=y|z")]
    [InlineData(", , Basic realm=a, ,", "Basic realm=a")]
    [InlineData("Bearer abc.def-_~+/", "Bearer abc.def-_~+/")]
    [InlineData("", "")]
    public void Challenges_are_told_from_parameters(string line, string expected) => Assert.Equal(expected, Show([line]));

    [Theory]
    [InlineData("Basic realm=my realm", "Basic realm=my realm")]
    [InlineData("Basic realm=my realm, Digest realm=your  realm , nonce=a/b==", "Basic realm=my realm|Digest realm=your  realm nonce=a/b==")]
    [InlineData("Other url=http://a:80/?b=c, Basic realm=x", "Other url=http://a:80/?b=c|Basic realm=x")]
    [InlineData("Other 'a b, Basic realm=x", "Other|Basic realm=x")]
    [InlineData("Digest realm=\"r\", domain=/a, nonce=\"n\", opaque=, qop=\"\"", "Digest realm=r domain=/a nonce=n opaque= qop=")]
    [InlineData("Digest opaque=, realm=r, nonce=n", "Digest opaque= realm=r nonce=n")]
    [InlineData("Basic realm='my realm'", "Basic realm='my realm'")]
    [InlineData("Basic realm=", "Basic realm=")]
    [InlineData("Basic realm=, Digest nonce=n", "Basic realm=|Digest nonce=n")]
    [InlineData("Basic realm=\"unterminated", "Basic realm=unterminated")]
    [InlineData("Basic realm=\"a\\", "Basic realm=a")]
    [InlineData("Basic realm=\"a, Digest nonce=n", "Basic realm=a, Digest nonce=n")]
    [InlineData("Basic realm=\"my \"own\" realm\", charset=x", "Basic realm=my  charset=x")]
    [InlineData("Basic realm=\"a\"; charset=x, Digest nonce=n", "Basic realm=a|Digest nonce=n")]
    [InlineData("Basic realm=\"a\" charset=x", "Basic realm=a charset=x")]
    [InlineData("Basic realm=a charset=x", "Basic realm=a charset=x")]
    [InlineData("Basic realm=\"a\" Digest nonce=n", "Basic realm=a|Digest nonce=n")]
    [InlineData("Basic x digest y", "Basic x|digest y")]
    [InlineData("Basic\trealm=a", "Basic realm=a")]
    [InlineData("Basic \"x\", Digest nonce=n", "Basic|Digest nonce=n")]
    [InlineData("Basic =x", "Basic")]
    [InlineData("Basic =, Digest nonce = n", "Basic|Digest nonce=n")]
    [InlineData("Digest realm = \"r\" , nonce = \"n\"", "Digest realm=r nonce=n")]
    [InlineData("realm=x, Basic", "Basic")]
    [InlineData("@@@", "")]
    [InlineData("@@@ \"a, Basic realm=b\", Digest nonce=n", "Digest nonce=n")]
    [InlineData("Basic:realm=a, Digest nonce=n", "Digest nonce=n")]
    public void What_breaks_the_grammar_costs_no_more_than_itself(string line, string expected) => Assert.Equal(expected, Show([line]));

    [Fact]
    public void Lines_follow_each_other_and_a_bad_one_spoils_only_itself() =>
        Assert.Equal("Negotiate|Digest realm=|Basic realm=x", Show(["Negotiate", "Digest realm=\"", "Basic realm=x"]));

    [Fact]
    public void Any_text_at_all_is_survived()
    {
        Random random = new(5);
        const string Alphabet = "aB=\", \\;/\t-\u00e9\0";
        for (int i = 0; i < 20_000; i++)
        {
            string line = new([.. Enumerable.Range(0, random.Next(20)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            Assert.All(ChallengeParser.Parse([line]), c => Assert.NotEmpty(c.Scheme));
        }
    }

    private static string Show(string[] lines) => string.Join(
        '|',
        ChallengeParser.Parse(lines).Select(c => string.Join(
            ' ', new[] { c.Scheme, c.Token }.Concat(c.Parameters.Select(p => $"{p.Key}={p.Value}")).Where(s => s is not null))));
}
