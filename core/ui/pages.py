"""The pages and their sections. Only the section that is chosen runs, and its module is imported only then."""

from __future__ import annotations

from core.ui.framework.page import Entry, Page

HOME = Page("pages/home.py", "Home", ":material/home:", "What the pages of CNN Classroom show.")

CONV = Page(
    "pages/conv_calculator.py",
    "Conv calculator",
    ":material/calculate:",
    "Sizes, costs, windows, kernels and receptive fields of convolutions.",
    "**Where does each number of a convolution come from?** Change kernel, stride and padding and see the windows "
    "move, the output fill, the weights and multiply-adds add up; let gradient descent find a kernel; build a "
    "network and see what one of its cells sees.",
    "conv",
    (
        Entry("Size and cost", "core.ui.conv.size.view", ":material/calculate:", predicts=True),
        Entry("Step by step", "core.ui.conv.steps.view", ":material/grid_on:", predicts=True),
        Entry("Kernels on a picture", "core.ui.conv.kernels.view", ":material/blur_on:", predicts=True),
        Entry("Learning a kernel", "core.ui.conv.learning.view", ":material/trending_down:", predicts=True),
        Entry("A stack of layers", "core.ui.conv.stack.view", ":material/layers:", predicts=True),
        Entry("Receptive field", "core.ui.conv.field.view", ":material/center_focus_strong:", predicts=True),
    ),
)

TRANSFER = Page(
    "pages/transfer_learning.py",
    "Transfer learning",
    ":material/school:",
    "A trained network put to work on a few pictures: features, fine-tuning, and what stays frozen.",
    "**You have twenty pictures a class: what is a network worth that has seen a million others?** Put its "
    "features to work in seconds, let the lecture's three scenarios race each other and one that starts from "
    "scratch, freeze and unfreeze its layers and see which moved, on pictures of your own as well.",
    "transfer",
    (
        Entry("Data", "core.ui.transfer.data.view", ":material/photo_library:"),
        Entry("Probes", "core.ui.transfer.probes.view", ":material/network_ping:", predicts=True),
        Entry("Neighbours", "core.ui.transfer.neighbours.view", ":material/hub:"),
        Entry("Race", "core.ui.transfer.race.view", ":material/sports_score:", predicts=True),
        Entry("Schedule", "core.ui.transfer.schedule.view", ":material/ac_unit:"),
        Entry("Two heads", "core.ui.transfer.heads.view", ":material/call_split:"),
        Entry("Where it looks", "core.ui.transfer.where.view", ":material/visibility:"),
        Entry("Take away", "core.ui.transfer.takeaway.view", ":material/file_export:"),
    ),
)

DETECTOR = Page(
    "pages/faster_rcnn.py",
    "Faster R-CNN",
    ":material/frame_inspect:",
    "Find objects in a picture, and look at each step from the anchors to the boxes.",
    "**Why does the detector show one box an object, and not twenty?** The network runs once a picture. Then move "
    "the threshold of non-maximum suppression and see which box suppresses which; look at its anchors and proposals, "
    "walk one detection from anchor to box, and run the methods that came before it.",
    "rcnn",
    (
        Entry("Detect", "core.ui.detector.detect.view", ":material/frame_inspect:", predicts=True),
        Entry("2013 to 2016", "core.ui.detector.ladder.view", ":material/stairs:", predicts=True),
        Entry("Anchors", "core.ui.detector.anchors.view", ":material/grid_on:", predicts=True),
        Entry("Scale", "core.ui.detector.scale.view", ":material/aspect_ratio:", predicts=True),
        Entry("Proposals", "core.ui.detector.proposals.view", ":material/select_all:", predicts=True),
        Entry("One detection", "core.ui.detector.walk.view", ":material/footprint:", predicts=True),
        Entry("Box regression", "core.ui.detector.regression.view", ":material/transform:", predicts=True),
        Entry("RoI pooling", "core.ui.detector.roi.view", ":material/crop:", predicts=True),
        Entry("NMS in depth", "core.ui.detector.nms.view", ":material/filter_none:", predicts=True),
        Entry("Your boxes", "core.ui.detector.truth.view", ":material/draw:", predicts=True),
        Entry("Several pictures", "core.ui.detector.gallery.view", ":material/photo_library:"),
        Entry("Where it fails", "core.ui.detector.fails.view", ":material/bug_report:", predicts=True),
    ),
)

METRICS = Page(
    "pages/metrics_explorer.py",
    "Metrics explorer",
    ":material/monitoring:",
    "Confusion matrices, scores, curves and boxes: change one number, watch all others.",
    "**The accuracy is 0.96: is that good?** Change one cell of a confusion matrix and see which scores move, by "
    "how much, and which do not notice; move the threshold of a classifier; let boxes decide what is a hit.",
    "metrics",
    (
        Entry("Matrix", "core.ui.metrics.matrix.view", ":material/grid_view:", predicts=True),
        Entry("What if", "core.ui.metrics.what_if.view", ":material/balance:"),
        Entry("Predictions", "core.ui.metrics.predictions.view", ":material/table_rows:", predicts=True),
        Entry("Multilabel", "core.ui.metrics.multilabel.view", ":material/sell:"),
        Entry("Detection", "core.ui.metrics.detection.view", ":material/frame_inspect:", predicts=True),
        Entry("Two boxes", "core.ui.metrics.two_boxes.view", ":material/join_inner:", predicts=True),
        Entry("Challenges", "core.ui.metrics.challenges.view", ":material/flag:"),
    ),
)

CIFAR = Page(
    "pages/cifar10.py",
    "CIFAR-10",
    ":material/emoji_events:",
    "The mid-term: eleven families on CIFAR-10, their race, their ranking, and that of the class.",
    "**Eleven papers, one data set: which idea is worth most in six minutes on a laptop?** Replay the race, hold "
    "accuracy against cost, look into each family, hand in your own predictions and see where your group stands.",
    "cifar10",
    (
        Entry("Race", "core.ui.cifar10.race.view", ":material/sports_score:", predicts=True),
        Entry("Ranking", "core.ui.cifar10.ranking.view", ":material/leaderboard:"),
        Entry("One family", "core.ui.cifar10.family.view", ":material/account_tree:"),
        Entry("Hand in", "core.ui.cifar10.hand.view", ":material/upload_file:"),
        Entry("Report", "core.ui.cifar10.report.view", ":material/description:"),
        Entry("Classify", "core.ui.cifar10.classify.view", ":material/image_search:", predicts=True),
    ),
)

PAGES = (HOME, CONV, TRANSFER, DETECTOR, METRICS, CIFAR)
