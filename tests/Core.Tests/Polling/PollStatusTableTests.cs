using Xunit;

namespace PollHttp.Core.Tests;

public class PollStatusTableTests
{
    private static readonly Dictionary<PollStatus, PollStatus[]> s_expected = new()
    {
        [PollStatus.Disconnected] = [PollStatus.Resolving, PollStatus.Connecting],
        [PollStatus.Resolving] = [PollStatus.Connecting, PollStatus.CantResolve, PollStatus.Disconnected],
        [PollStatus.Connecting] = [PollStatus.Connected, PollStatus.CantConnect, PollStatus.TlsHandshakeError, PollStatus.Disconnected],
        [PollStatus.Connected] = [PollStatus.Requesting, PollStatus.ConnectionError, PollStatus.Disconnected],
        [PollStatus.Requesting] = [PollStatus.Body, PollStatus.Connected, PollStatus.ConnectionError, PollStatus.Disconnected],
        [PollStatus.Body] = [PollStatus.Connected, PollStatus.ConnectionError, PollStatus.Disconnected],
        [PollStatus.CantResolve] = [PollStatus.Disconnected],
        [PollStatus.CantConnect] = [PollStatus.Disconnected],
        [PollStatus.ConnectionError] = [PollStatus.Disconnected],
        [PollStatus.TlsHandshakeError] = [PollStatus.Disconnected],
    };

    [Fact]
    public void There_are_exactly_ten_statuses() => Assert.Equal(10, Enum.GetValues<PollStatus>().Length);

    [Fact]
    public void Every_pair_of_statuses_is_allowed_or_refused_as_the_contract_says()
    {
        foreach (PollStatus from in Enum.GetValues<PollStatus>())
        {
            foreach (PollStatus to in Enum.GetValues<PollStatus>())
            {
                Assert.True(
                    PollStatusTable.Allows(from, to) == (from == to || s_expected[from].Contains(to)), $"{from} to {to}");
            }
        }
    }

    [Theory]
    [InlineData(PollStatus.CantResolve)]
    [InlineData(PollStatus.CantConnect)]
    [InlineData(PollStatus.ConnectionError)]
    [InlineData(PollStatus.TlsHandshakeError)]
    public void Failures_are_left_by_Close_only(PollStatus failure)
    {
        Assert.True(PollStatusTable.IsFailure(failure));
        Assert.Equal([PollStatus.Disconnected], s_expected[failure]);
    }
}
