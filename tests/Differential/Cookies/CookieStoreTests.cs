using PollHttp.Testing;
using Xunit;

namespace PollHttp.Differential;

/// <summary><see cref="CookieStore"/>, judged by a model of RFC 6265bis.</summary>
public sealed class CookieStoreTests
{
    /// <summary>How far apart the addresses are that are asked at the end: prime, so that they differ in host, scheme and path.</summary>
    private const int Stride = 37;

    [Fact]
    [Trait("rule", "R-174")]
    [Trait("rule", "R-189")]
    public void Cookies_are_stored_and_sent_as_by_the_text_of_the_RFC() => RunSize.Sample(CookieCase.Any, Check, share: 1_000);

    private static void Check(CookieCase script)
    {
        VirtualClock clock = new();
        CookieStore store = new(clock);
        CookieModel model = new(clock);
        for (int i = 0; i < script.Steps.Length; i++)
        {
            CookieStep step = script.Steps[i];
            switch (step.Kind)
            {
                case CookieStepKind.Receive or CookieStepKind.Flood:
                    for (int j = 0; j < (step.Kind == CookieStepKind.Flood ? step.Count : 1); j++)
                    {
                        string line = step.LineAt(j);
                        bool isExpected = model.Receive(step.Address, line);
                        Assert.True(isExpected == store.Add(step.Address, line), $"step {i}: {(isExpected ? "not taken" : "taken")} (number {j})");
                    }

                    break;
                case CookieStepKind.Ask:
                    CheckRequest(store, model, step.Address, $"step {i}");
                    break;
                case CookieStepKind.Pass:
                    clock.Advance(step.By);
                    break;
                default:
                    store.ClearSession();
                    model.EndSession();
                    break;
            }
        }

        for (int i = 0, at = script.FirstAsked; i < CookieAddresses.All.Length; i += Stride, at = (at + Stride) % CookieAddresses.All.Length)
        {
            CheckRequest(store, model, CookieAddresses.All[at], "at the end");
        }
    }

    private static void CheckRequest(CookieStore store, CookieModel model, Uri address, string when)
    {
        string expected = string.Join("; ", model.ListFor(address).Select(Describe));
        string found = string.Join("; ", store.GetCookies(address).Select(Describe));
        Assert.True(expected == found, $"{when}, {address}: expected '{expected}', found '{found}'");

        string? field = model.Retrieve(address);
        string? foundField = store.GetHeader(address);
        Assert.True(field == foundField, $"{when}, {address}: expected '{field}', found '{foundField}'");
    }

    private static string Describe(ModelCookie c) =>
        Describe(c.Name, c.Value, c.Domain.Trim('[', ']'), c.IsHostOnly, c.Path, c.IsSecureOnly, c.IsHttpOnly, c.SameSite, c.Expiry);

    private static string Describe(StoredCookie c) =>
        Describe(c.Name, c.Value, c.Domain, c.IsHostOnly, c.Path, c.IsSecure, c.IsHttpOnly, c.SameSite, c.Expires);

    private static string Describe(
        string name, string value, string domain, bool isHostOnly, string path, bool isSecure, bool isHttpOnly, SameSite sameSite, DateTimeOffset? expiry) =>
        $"{name}={value} {(isHostOnly ? "" : ".")}{domain}{path}{(isSecure ? " Secure" : "")}{(isHttpOnly ? " HttpOnly" : "")} {sameSite} {expiry:u}";
}
