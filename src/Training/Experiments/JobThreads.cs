using ViSurf.Sdk;

namespace ViSurf.Training.Experiments;

/// <summary>Does jobs on a fixed number of threads of their own: training on pool threads would starve whatever else runs there.</summary>
/// <remarks>
/// The longest chain of jobs starts first, so that no thread waits at the end for one chain. A job that fails takes those after
/// it along; the others go on.
/// </remarks>
public sealed class JobThreads(IReadOnlyList<Job> jobs, int threads, Action<Job> started, Action<Job, Exception?> ended)
{
    private readonly object gate = new();
    private readonly List<Job> waiting = [.. jobs.OrderByDescending(job => ChainWeight(jobs, job))];
    private readonly HashSet<string> running = [];
    private readonly Dictionary<string, Exception> failed = [];

    /// <summary>Returns when every job has ended; the failures by job id.</summary>
    public IReadOnlyDictionary<string, Exception> Run(CancellationToken stop)
    {
        Thread[] workers = [.. Enumerable.Range(0, threads)
            .Select(i => new Thread(() => Work(stop)) { IsBackground = true, Name = $"train-{i}" })];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        return failed;
    }

    private void Work(CancellationToken stop)
    {
        while (Next(stop) is { } job)
        {
            Exception? failure = null;
            started(job);
            try
            {
                job.Run(stop);
            }
            catch (Exception e) // whatever ends a job is its ending: the other jobs go on
            {
                failure = e;
            }

            ended(job, failure);
            End(job, failure);
        }
    }

    private Job? Next(CancellationToken stop)
    {
        lock (gate)
        {
            while (true)
            {
                FailFollowers();
                if (waiting.Count == 0 || stop.IsCancellationRequested)
                {
                    return null;
                }

                Job? ready = waiting.Find(job => job.After is null || !IsOpen(job.After));
                if (ready is not null)
                {
                    waiting.Remove(ready);
                    running.Add(ready.Id);
                    return ready;
                }

                Monitor.Wait(gate);
            }
        }
    }

    private void End(Job job, Exception? failure)
    {
        lock (gate)
        {
            running.Remove(job.Id);
            if (failure is not null)
            {
                failed[job.Id] = failure;
            }

            Monitor.PulseAll(gate);
        }
    }

    // The job and the heaviest of the chains that wait for it.
    private static double ChainWeight(IReadOnlyList<Job> jobs, Job job) =>
        job.Weight + jobs.Where(other => other.After == job.Id).Select(other => ChainWeight(jobs, other)).DefaultIfEmpty().Max();

    private bool IsOpen(string id) => running.Contains(id) || waiting.Exists(job => job.Id == id);

    private void FailFollowers()
    {
        while (waiting.Find(job => job.After is not null && failed.ContainsKey(job.After)) is { } follower)
        {
            waiting.Remove(follower);
            Exception cause = failed[follower.After!];
            failed[follower.Id] = cause is OperationCanceledException
                ? cause
                : new Fault(FaultCode.Conflict, follower.Name,
                    $"did not start, because what comes before it failed: {cause.Message}", cause);
            ended(follower, failed[follower.Id]);
        }
    }
}
