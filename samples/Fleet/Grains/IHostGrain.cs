namespace PollHttp.Fleet.Grains;

/// <summary>All that is to be fetched of one host, whose name is the key. There is one of it in the cluster, so politeness needs no agreement.</summary>
internal interface IHostGrain : IGrainWithStringKey
{
    /// <summary>Adds what is not known yet, and begins.</summary>
    Task AddAsync(IReadOnlyList<FileJob> jobs);

    /// <summary>Gets how far it is. Where the silo that had it is gone, another one has it from now on, and goes on.</summary>
    Task<HostProgress> GetProgressAsync();
}
