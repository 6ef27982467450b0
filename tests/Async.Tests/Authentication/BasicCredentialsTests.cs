using Xunit;

namespace PollHttp.Tests;

[Trait("rule", "R-192")]
public sealed class BasicCredentialsTests
{
    [Theory]
    [InlineData("Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")]
    [InlineData("test", "123\u00a3", "Basic dGVzdDoxMjPCow==")]
    [InlineData("", "", "Basic Og==")]
    [InlineData("a", "b:c", "Basic YTpiOmM=")]
    public void User_and_password_go_out_in_UTF8(string user, string password, string expected) =>
        Assert.Equal(expected, BasicCredentials.Create(user, password));

    [Theory]
    [InlineData("Zoë:b", "Ünique")]
    [InlineData("Zoë\n", "Ünique")]
    [InlineData("Zoë", "Ünique\0")]
    [InlineData("Zoë", "Ünique\u007f")]
    public void What_the_scheme_cannot_carry_is_refused_without_being_repeated(string user, string password)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => BasicCredentials.Create(user, password));
        Assert.DoesNotContain("Zoë", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Ünique", error.Message, StringComparison.Ordinal);
    }
}
