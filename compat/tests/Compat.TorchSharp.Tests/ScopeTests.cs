using System.Runtime.CompilerServices;

namespace Compat.TorchSharpTests;

// Tensor.TotalCount counts the whole process.
[Collection(nameof(AloneCollection))]
public class ScopeTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it()
    {
        Tensor inside;
        using (NewDisposeScope()) inside = ones(2) + 1;
        Assert.True(inside.IsInvalid);
    }

    [Fact]
    public void A_tensor_moved_to_the_outer_scope_lives_until_that_one_ends()
    {
        Tensor moved;
        using (NewDisposeScope())
        {
            using (NewDisposeScope()) moved = ones(2).MoveToOuterDisposeScope();
            Assert.False(moved.IsInvalid);
        }
        Assert.True(moved.IsInvalid);
    }

    [Fact]
    public void A_tensor_moved_out_of_the_outermost_scope_is_nobodys()
    {
        Tensor moved;
        using (NewDisposeScope()) moved = ones(2).MoveToOuterDisposeScope();
        Assert.False(moved.IsInvalid);
        moved.Dispose();
    }

    [Fact]
    public void A_detached_tensor_outlives_all_scopes()
    {
        Tensor detached;
        using (NewDisposeScope())
        using (NewDisposeScope()) detached = ones(2).DetachFromDisposeScope();
        Assert.Equal(2f, detached.sum().item<float>());
        detached.Dispose();
    }

    [Fact]
    public void A_scope_can_keep_some_of_its_tensors()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (ones(1), ones(1));
        scope.DisposeEverythingBut(a);
        Assert.False(a.IsInvalid);
        Assert.True(b.IsInvalid);
        Assert.Equal(1, scope.DisposablesCount);
    }

    [Fact]
    public void Scopes_may_end_out_of_order()
    {
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();
        outer.Dispose();
        var made = ones(1);
        Assert.True(inner.Contains(made));
        inner.Dispose();
        Assert.True(made.IsInvalid);
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void An_ended_scope_refuses_more()
    {
        var scope = NewDisposeScope();
        scope.Dispose();
        using var a = ones(1);
        Assert.Throws<ObjectDisposedException>(() => scope.Attach(a));
    }

    [Fact]
    public void A_foreign_tensor_can_be_attached()
    {
        var a = ones(1);
        using (var scope = NewDisposeScope()) scope.Attach(a);
        Assert.True(a.IsInvalid);
    }

    [Fact]
    public void The_statistics_count_this_threads_tensors()
    {
        var counts = DisposeScopeManager.Statistics;
        counts.Reset();
        using (NewDisposeScope())
        {
            ones(1);
            ones(1).DetachFromDisposeScope().Dispose();
        }
        ones(1).Dispose();
        Assert.Equal(2, counts.CreatedInScopeCount);
        Assert.Equal(1, counts.DisposedInScopeCount);
        Assert.Equal(1, counts.DetachedFromScopeCount);
        Assert.Equal(1, counts.CreatedOutsideScopeCount);
        Assert.Equal(2, counts.DisposedOutsideScopeCount);
        Assert.Equal(0, counts.ThreadTotalLiveCount);
    }

    [Fact]
    public void Scopes_belong_to_their_thread()
    {
        using var scope = NewDisposeScope();
        Tensor? elsewhere = null;
        var thread = new Thread(() => elsewhere = ones(1));
        thread.Start();
        thread.Join();
        Assert.False(scope.Contains(elsewhere!));
        elsewhere!.Dispose();
    }

    [Fact]
    public void The_collector_releases_tensors_that_nobody_holds()
    {
        long before = Tensor.TotalCount;
        MakeAndForget();
        for (int k = 0; k < 10 && Tensor.TotalCount > before; k++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.InRange(Tensor.TotalCount, 0, before + 50);
    }

    [Fact]
    public void The_collector_leaves_alone_what_a_scope_holds()
    {
        using var scope = NewDisposeScope();
        MakeAndForget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(200, scope.DisposablesCount);
        Assert.All(scope.DisposablesView, t => Assert.False(((Tensor)t).IsInvalid));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAndForget()
    {
        for (int k = 0; k < 200; k++) ones(1);
    }
}
